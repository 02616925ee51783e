import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { objectsOf } from '../answer';
import { readWebCitation } from '../citations/web-citation';

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
    const web = readWebCitation(citation, length);
    if (web) {
      const { url, title, start: start_index, end: end_index } = web;
      return [{ type: 'url_citation', url, title, start_index, end_index }];
    }
    return typeof citation.type === 'string' && OWN.test(citation.type) ? [citation] : [];
  });
}
