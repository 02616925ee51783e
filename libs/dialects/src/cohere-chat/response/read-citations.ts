import type { Json, JsonObject } from '@turnpike/kernel';
import { countOf, objectOf, objectsOf, textOf } from '../../answer';
import { urlCitation } from '../../citations/web-citation';

interface Page {
  readonly url: string;
  readonly title: string;
}

const WEB = /^https?:\/\//i;

/** A source is a document that was sent, or what a tool gave: only those that name a page lead anywhere. */
function pageOf(source: JsonObject): Page | undefined {
  const content = objectOf(source.document) ?? objectOf(source.tool_output);
  const url = textOf(content?.url);
  return url !== undefined && WEB.test(url) ? { url, title: textOf(content?.title) ?? '' } : undefined;
}

function annotationsOf(citation: JsonObject): JsonObject[] {
  const type = textOf(citation.type);
  if (type !== undefined && type !== 'TEXT_CONTENT') return [];
  const start = countOf(citation.start) ?? 0;
  const end = countOf(citation.end) ?? start;
  const pages = objectsOf(citation.sources).map(pageOf);
  return pages.filter((page) => page !== undefined).map((page) => urlCitation({ ...page, start, end }));
}

/** Citations of web pages as annotations over the text. What points to no page is left out. */
export const readCitations = (value: Json | undefined): JsonObject[] => {
  const single = objectOf(value);
  return (single ? [single] : objectsOf(value)).flatMap(annotationsOf);
};
