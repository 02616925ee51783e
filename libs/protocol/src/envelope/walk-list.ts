import { checkDepth, isText, skipSpace, walkComma, walkName, walkValue } from './grammar';
import type { Span } from './span';

/** Longer than the name of any type of item. */
const LONGEST_TYPE = 64;

/** What is told of the list of turns. */
export interface ListFacts {
  elements: number;
  hasAssistant: boolean;
  firstUser: Span | undefined;
}

/** `"content"`, or `"parts"` as Gemini has it. */
const isContentName = (bytes: Buffer, at: number): boolean =>
  isText(bytes, at, '"content"') || isText(bytes, at, '"parts"');

/** Items of a model that have no role, as Responses has them: its calls and its reasoning. */
const isModelItem = (bytes: Buffer, start: number, end: number): boolean =>
  end - start <= LONGEST_TYPE && (isText(bytes, end - 6, '_call"') || isText(bytes, start, '"reasoning"'));

type Speaker = 'nobody' | 'user' | 'model' | 'other';

function readSpeaker(bytes: Buffer, at: number): Speaker {
  if (isText(bytes, at, '"user"')) return 'user';
  return isText(bytes, at, '"assistant"') || isText(bytes, at, '"model"') ? 'model' : 'other';
}

/** One element of the list of turns: its role and content span are noted, the rest is walked. */
function walkElement(bytes: Buffer, at: number, facts: ListFacts): number {
  facts.elements++;
  if (bytes[at] !== 0x7b) return walkValue(bytes, at, 3);
  let who: Speaker = 'nobody';
  let content: Span | undefined;
  let isModels = false;
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === 0x7d) return at + 1;
  for (;;) {
    const nameStart = at;
    const start = walkName(bytes, at);
    const end = walkValue(bytes, start, 4);
    if (isText(bytes, nameStart, '"role"')) who = readSpeaker(bytes, start);
    else if (isText(bytes, nameStart, '"type"')) isModels ||= isModelItem(bytes, start, end);
    else if (isContentName(bytes, nameStart)) content = { nameStart, start, end };
    at = walkComma(bytes, end, 0x7d);
    if (at < 0) break;
  }
  if (isModels || who === 'model') facts.hasAssistant = true;
  else if (who !== 'other') facts.firstUser ??= content;
  return -1 - at;
}

/** The list of turns, `at` at its opening bracket; returns the position behind it. */
export function walkList(bytes: Buffer, at: number, facts: ListFacts): number {
  facts.elements = 0;
  checkDepth(at, 2);
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === 0x5d) return at + 1;
  for (;;) {
    at = walkComma(bytes, walkElement(bytes, at, facts), 0x5d);
    if (at < 0) return -1 - at;
  }
}
