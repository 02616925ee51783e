import type { JsonObject } from '@turnpike/kernel';
import {
  compact,
  EFFORTS,
  otherMembers,
  readObject,
  readProof,
  type ReasoningPart,
  type ReasoningRequest,
} from '@turnpike/protocol';
import { objectsOf, textOf } from '../../answer';
import { knownWord, newWord } from '../../foreign/known-word';
import { VENDOR } from '../responses-name';

const SHOWS = ['auto', 'concise', 'detailed', 'none'] as const;
const MEMBERS = new Set(['effort', 'summary', 'generate_summary']);

/** `reasoning: {effort, summary}`. */
export function decodeReasoningRequest(body: JsonObject): ReasoningRequest | undefined {
  const reasoning = readObject(body.reasoning, 'reasoning');
  if (!reasoning) return undefined;
  const show = knownWord(reasoning.summary ?? reasoning.generate_summary, 'reasoning.summary', SHOWS);
  const asked = compact<ReasoningRequest>({
    effort: knownWord(reasoning.effort, 'reasoning.effort', EFFORTS),
    show: show === 'none' ? 'omitted' : show,
  });
  return Object.keys(asked).length === 0 ? undefined : asked;
}

/** What else `reasoning` says, for this dialect alone. */
export function otherReasoning(body: JsonObject): JsonObject | undefined {
  const reasoning = readObject(body.reasoning, 'reasoning');
  if (!reasoning) return undefined;
  const more = compact<JsonObject>({
    ...otherMembers(reasoning, MEMBERS),
    effort: newWord(reasoning.effort, EFFORTS),
    summary: newWord(reasoning.summary, SHOWS),
  });
  return Object.keys(more).length === 0 ? undefined : more;
}

const textsOf = (value: JsonObject[string]): string[] =>
  objectsOf(value)
    .map((part) => textOf(part.text))
    .filter((text) => text !== undefined);

/** A reasoning item; undefined: it says nothing and proves nothing. `content` may be null. */
export function decodeReasoningItem(item: JsonObject): ReasoningPart | undefined {
  const summary = textsOf(item.summary);
  const content = textsOf(item.content).join('');
  const { signature, redacted, forCall } = readProof(textOf(item.encrypted_content), VENDOR);
  if (redacted !== undefined) return { kind: 'reasoning', redacted };
  const text = summary.length > 0 ? summary.join('\n\n') : content;
  if (text === '' && !signature) return undefined;
  return compact<ReasoningPart>({
    kind: 'reasoning',
    text: text === '' ? undefined : text,
    summary: summary.length > 0 ? summary : undefined,
    signature,
    forCall,
    itemId: textOf(item.id),
  });
}
