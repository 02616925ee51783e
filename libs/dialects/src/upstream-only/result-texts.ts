import type { MediaPart, Part, ResultPart } from '@turnpike/protocol';
import { isMedia, partWords } from './part-words';
import type { UpstreamEncoding } from './upstream-encoding';

const ERROR_PREFIX = 'Error: ';

export interface ResultText {
  readonly result: ResultPart;
  readonly text: string;
}

export interface ResultTexts {
  readonly results: readonly ResultText[];
  /** Media that the results show, each behind its label: it follows in one user message. */
  readonly shown: readonly Part[];
}

/** A model that cannot see has to live with a tool that shows it something: the conversation goes on. */
function placeholder({ kind }: MediaPart): string {
  return kind === 'image' ? '[image omitted: model has no vision]' : `[${kind} omitted: model takes none]`;
}

/** Results for wires whose results hold text alone. `carries`: media that a user message can hold. */
export function resultTexts(
  results: readonly ResultPart[],
  carries: (part: MediaPart) => boolean,
  encoding: UpstreamEncoding,
): ResultTexts {
  const shown: Part[] = [];
  const say = (result: ResultPart, part: Part): string | undefined => {
    if (!isMedia(part)) return partWords(part, encoding);
    if (!carries(part)) {
      encoding.losses.dropped(part.kind);
      return placeholder(part);
    }
    const n = shown.length / 2 + 1;
    shown.push({ kind: 'text', text: `File ${n} (result of ${result.callId}):` }, part);
    return `[see attached file ${n}]`;
  };
  const texts = results.map((result) => {
    const said = result.parts.map((part) => say(result, part)).filter((text) => text !== undefined);
    const text = said.join('\n');
    const marked = result.isError === true && !text.startsWith(ERROR_PREFIX.trim());
    return { result, text: marked ? ERROR_PREFIX + text : text };
  });
  return { results: texts, shown };
}
