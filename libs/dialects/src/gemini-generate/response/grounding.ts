import type { Json, JsonObject } from '@turnpike/kernel';
import { countOf, listOf, objectOf, textOf } from '../../answer';
import { camelObject, camelObjects } from '../wire';

/** Place in the text in characters; the vendor counts bytes of UTF-8. */
const charsAt = (text: Buffer, bytes: number): number => text.subarray(0, bytes).toString('utf8').length;

/** Web pages that an answer rests on, as annotations over its text. What points to no page is left out. */
export function readCitations(metadata: Json | undefined, text: string): JsonObject[] {
  const grounding = camelObject(metadata);
  if (!grounding) return [];
  const pages = camelObjects(grounding.groundingChunks).map((chunk) => camelObject(chunk.web));
  const bytes = Buffer.from(text);
  return camelObjects(grounding.groundingSupports).flatMap((support) => {
    const segment = camelObject(support.segment);
    const start_index = charsAt(bytes, countOf(segment?.startIndex) ?? 0);
    const end_index = charsAt(bytes, countOf(segment?.endIndex) ?? bytes.length);
    return listOf(support.groundingChunkIndices).flatMap((index) => {
      const page = typeof index === 'number' ? pages[index] : undefined;
      const url = textOf(page?.uri);
      if (url === undefined) return [];
      const url_citation = { url, title: textOf(page?.title) ?? '', start_index, end_index };
      return [{ type: 'url_citation', url_citation }];
    });
  });
}

function pageOf(citation: JsonObject): { readonly uri: string; readonly title: string } | undefined {
  const at = citation.type === 'url_citation' ? (objectOf(citation.url_citation) ?? citation) : citation;
  const known = citation.type === 'url_citation' || citation.type === 'web_search_result_location';
  const uri = known ? textOf(at.url) : undefined;
  return uri === undefined ? undefined : { uri, title: textOf(at.title) ?? '' };
}

/** Citations of web pages as `groundingMetadata`; undefined where there is none. */
export function writeGrounding(citations: readonly Json[]): JsonObject | undefined {
  const pages = citations.flatMap((citation) => {
    const page = pageOf(objectOf(citation) ?? {});
    return page ? [page] : [];
  });
  const byUri = new Map(pages.map((page) => [page.uri, page]));
  return byUri.size === 0 ? undefined : { groundingChunks: [...byUri.values()].map((web) => ({ web })) };
}
