import { isObject } from '@turnpike/kernel';
import { holdsEvents, type ServedAnswer } from '../served-answer';
import { parseText, readEvents, type PlainEvent } from '../wire-text';
import { readFrames, readLines } from '../frames';
import { CHAT } from './hear-chat';
import { COHERE } from './hear-cohere';
import { CONVERSE } from './hear-converse';
import { GEMINI } from './hear-gemini';
import { MESSAGES } from './hear-messages';
import { OLLAMA } from './hear-ollama';
import { RESPONSES } from './hear-responses';
import { Hearing, type Heard, type Hearer } from './heard';

export type { Heard, HeardCall, HeardStop, Tokens } from './heard';

/** A reader for each wire, written from its documentation alone. */
export const HEARERS: Readonly<Record<string, Hearer>> = {
  'openai-chat': CHAT,
  'openai-responses': RESPONSES,
  'anthropic-messages': MESSAGES,
  'gemini-generate': GEMINI,
  'bedrock-converse': CONVERSE,
  'cohere-chat': COHERE,
  'ollama-chat': OLLAMA,
};

function unreadable(): Heard {
  const heard = new Hearing();
  heard.end = 'unreadable';
  return heard.done();
}

/** What a whole body says; a list is what Gemini streams without events. */
export function hearWhole(dialect: string, text: string): Heard {
  const hearer = HEARERS[dialect];
  const value = parseText(text);
  if (!hearer) return unreadable();
  if (Array.isArray(value)) return hearer.stream([{ data: text }]);
  return isObject(value) ? hearer.whole(value) : unreadable();
}

/** Events of a body in the framing that its content type tells. */
function eventsOf({ contentType, body }: ServedAnswer): PlainEvent[] {
  if (contentType.includes('amazon.eventstream')) return readFrames(body);
  const text = body.toString('utf8');
  return !holdsEvents(body) && /ndjson|jsonl|stream\+json/.test(contentType)
    ? readLines(text)
    : readEvents(text);
}

/** What a recorded answer says. */
export function hearAnswer(dialect: string, served: ServedAnswer): Heard {
  if (!served.streamed) return hearWhole(dialect, served.body.toString('utf8'));
  return HEARERS[dialect]?.stream(eventsOf(served)) ?? unreadable();
}
