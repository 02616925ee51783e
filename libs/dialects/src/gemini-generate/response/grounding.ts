import type { Json, JsonObject } from '@turnpike/kernel';
import { countOf, listOf, textOf } from '../../answer';
import { readWebCitations, urlCitation, type WebCitation } from '../../citations/web-citation';
import { camelObject, camelObjects } from '../wire';

/** Place in the text in characters; the vendor counts bytes of UTF-8. */
const charsAt = (text: Buffer, bytes: number): number => text.subarray(0, bytes).toString('utf8').length;

/** Web pages that an answer's `text` rests on. What points to no page is left out. */
export function readSupports(metadata: Json | undefined, text: string): WebCitation[] {
  const grounding = camelObject(metadata);
  if (!grounding) return [];
  const pages = camelObjects(grounding.groundingChunks).map((chunk) => camelObject(chunk.web));
  const bytes = Buffer.from(text);
  return camelObjects(grounding.groundingSupports).flatMap((support) => {
    const segment = camelObject(support.segment);
    const start = charsAt(bytes, countOf(segment?.startIndex) ?? 0);
    const end = charsAt(bytes, countOf(segment?.endIndex) ?? bytes.length);
    return listOf(support.groundingChunkIndices).flatMap((index) => {
      const page = typeof index === 'number' ? pages[index] : undefined;
      const url = textOf(page?.uri);
      return url === undefined ? [] : [{ url, title: textOf(page?.title) ?? '', start, end }];
    });
  });
}

/** Of these, annotations of the piece `[from, to)` of the text: those that begin in it. */
export const citationsWithin = (supports: readonly WebCitation[], from: number, to: number): JsonObject[] =>
  supports
    .filter(({ start }) => start >= from && start < to)
    .map((found) =>
      urlCitation({ ...found, start: found.start - from, end: Math.min(found.end, to) - from }),
    );

/** Gathers the web citations of a candidate's texts as `groundingMetadata`. */
export class Grounding {
  private readonly pages = new Map<string, { readonly index: number; readonly title: string }>();
  private readonly supports: JsonObject[] = [];
  /** UTF-8 bytes of the texts before. */
  private bytes = 0;

  /** One text of the candidate, in order, with what it rests on. */
  add(text: string, citations: readonly Json[]): void {
    const found = citations.length === 0 ? [] : readWebCitations(citations, text.length);
    for (const { url, title, start, end } of found) {
      const page = this.pages.get(url) ?? { index: this.pages.size, title };
      this.pages.set(url, page);
      const cited = text.slice(start, end);
      const startIndex = this.bytes + Buffer.byteLength(text.slice(0, start));
      const segment = { startIndex, endIndex: startIndex + Buffer.byteLength(cited), text: cited };
      this.supports.push({ segment, groundingChunkIndices: [page.index] });
    }
    this.bytes += Buffer.byteLength(text);
  }

  /** undefined where nothing was cited. */
  metadata(): JsonObject | undefined {
    if (this.pages.size === 0) return undefined;
    const groundingChunks = [...this.pages].map(([uri, { title }]) => ({ web: { uri, title } }));
    return { groundingChunks, groundingSupports: this.supports };
  }
}
