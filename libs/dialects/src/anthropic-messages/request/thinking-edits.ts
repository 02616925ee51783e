import { isObject, type JsonObject } from '@turnpike/kernel';

const clearsThinking = (edit: unknown): boolean =>
  isObject(edit) && typeof edit.type === 'string' && edit.type.startsWith('clear_thinking');

/** Members of a request whose thinking is off: an edit that clears thinking is refused there, so it goes too. */
export function withoutThinkingEdits(members: JsonObject): JsonObject {
  const { context_management: management, ...others } = members;
  if (!isObject(management) || !Array.isArray(management.edits)) return members;
  const edits = management.edits.filter((edit) => !clearsThinking(edit));
  if (edits.length === management.edits.length) return members;
  return edits.length === 0 ? others : { ...others, context_management: { ...management, edits } };
}
