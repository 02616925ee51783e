import type { JsonObject } from '@turnpike/kernel';
import { asText, objectsOf } from '../wire/member-rules';
import type { WireRequest } from '../wire/wire-request';

/** Type of an input item; a message may leave it out. */
export const typeOf = (item: JsonObject): string =>
  asText(item.type) || (item.role === undefined ? '' : 'message');

/** A reference may be spelled by its id alone. */
export const isReference = (item: JsonObject): boolean =>
  item.type === 'item_reference' ||
  (item.type === undefined && item.role === undefined && typeof item.id === 'string');

/** The items a request brings itself: a plain text is one user message. */
export const ownItems = ({ input }: JsonObject): JsonObject[] =>
  typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : objectsOf(input);

/** The whole conversation: what is kept of earlier answers, then the request's own items, references resolved. */
export function expandInput({ members, kept, credential }: WireRequest): JsonObject[] {
  const previous = asText(members.previous_response_id);
  const earlier = previous ? (kept.conversation(previous, credential) ?? []) : [];
  const own = ownItems(members).map((item) =>
    isReference(item) ? (kept.item(asText(item.id), credential)?.item ?? item) : item,
  );
  return [...earlier, ...own];
}
