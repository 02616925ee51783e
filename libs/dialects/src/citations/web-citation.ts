import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { countOf, objectOf, textOf } from '../answer';

/** A web page that a piece of text rests on: the one kind of citation that all dialects know. */
export interface WebCitation {
  readonly url: string;
  readonly title: string;
  /** Characters of the text that the citation belongs to, `[start, end)`. */
  readonly start: number;
  readonly end: number;
}

/**
 * A citation of any dialect as a web citation over a text of `length` characters; undefined for other kinds. Without
 * figures of its own it covers the whole text.
 */
export function readWebCitation(citation: Json | undefined, length: number): WebCitation | undefined {
  if (!isObject(citation)) return undefined;
  const { type } = citation;
  if (type !== 'url_citation' && type !== 'web_search_result_location') return undefined;
  const at: JsonObject = objectOf(citation.url_citation) ?? citation;
  const url = textOf(at.url);
  if (url === undefined) return undefined;
  const start = Math.min(countOf(at.start_index) ?? 0, length);
  const end = Math.min(countOf(at.end_index) ?? length, length);
  return { url, title: textOf(at.title) ?? '', start, end: Math.max(start, end) };
}

/** Web citations among citations of any kind, over a text of `length` characters. */
export const readWebCitations = (citations: readonly Json[], length: number): WebCitation[] =>
  citations.map((citation) => readWebCitation(citation, length)).filter((found) => found !== undefined);

/** In our own vocabulary, which is Chat's. */
export const urlCitation = ({ url, title, start, end }: WebCitation): JsonObject => ({
  type: 'url_citation',
  url_citation: { url, title, start_index: start, end_index: end },
});
