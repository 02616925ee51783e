import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { objectOf, objectsOf, textOf } from '../../answer';

/** Annotations in our own vocabulary, which is Chat's: a web citation has its figures in an object of their own. */
export function readAnnotations(value: Json | undefined): JsonObject[] {
  return objectsOf(value).map((annotation) => {
    if (annotation.type !== 'url_citation' || isObject(annotation.url_citation)) return annotation;
    const { type, ...url_citation } = annotation;
    return { type, url_citation };
  });
}

/** Kinds that only this dialect knows; they come from it and go back to it. */
const OWN = /^(?:file_citation|container_file_citation|file_path)$/;

/** Citations of any dialect as annotations over `[0, length)` of their text; kinds without a place here are left out. */
export function writeAnnotations(citations: readonly Json[], length: number): JsonObject[] {
  return citations.filter(isObject).flatMap((citation): JsonObject[] => {
    if (citation.type === 'url_citation')
      return [{ type: 'url_citation', ...(objectOf(citation.url_citation) ?? citation) }];
    if (citation.type === 'web_search_result_location' && textOf(citation.url) !== undefined) {
      const { url } = citation;
      const title = textOf(citation.title) ?? '';
      return [{ type: 'url_citation', url, title, start_index: 0, end_index: length }];
    }
    return typeof citation.type === 'string' && OWN.test(citation.type) ? [citation] : [];
  });
}
