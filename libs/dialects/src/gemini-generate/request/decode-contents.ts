import { isObject, type Json } from '@turnpike/kernel';
import {
  describeJson,
  otherMembers,
  readString,
  refuse,
  requireObject,
  type Part,
  type ReasoningPart,
  type TextPart,
  type Turn,
} from '@turnpike/protocol';
import { camelMembers, camelObject } from '../wire';
import { decodeParts } from './decode-parts';
import { linkCalls } from './link-calls';

const MEMBERS = new Set(['role', 'parts']);
const ROLES: ReadonlyMap<string, Turn['role']> = new Map([
  ['user', 'user'],
  ['function', 'user'],
  ['tool', 'user'],
  ['model', 'assistant'],
  ['assistant', 'assistant'],
  ['system', 'system'],
]);

/** `systemInstruction`: a content, its parts, or a string. Its role says nothing. */
export function decodeSystem(value: Json | undefined): TextPart[] {
  if (value === undefined || value === null) return [];
  const content = camelObject(value);
  const parts = decodeParts(content && 'parts' in content ? content.parts : value, 'systemInstruction.parts');
  return parts
    .map((part, i) => (part.kind === 'text' ? part : refuse(`systemInstruction.parts[${i}]`, 'must be text')))
    .filter((part) => part.text !== '');
}

/** Thoughts came to the client in pieces, with the signature at the last of them: it belongs to them all. */
function joinThoughts(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.kind === 'reasoning' && last?.kind === 'reasoning' && continuesThought(last, part))
      joined[joined.length - 1] = { ...part, text: `${last.text}${part.text ?? ''}` };
    else joined.push(part);
  }
  return joined;
}

/** A signature without a text, not even an empty one, is a part of its own and no end of a thought. */
const continuesThought = (last: ReasoningPart, part: ReasoningPart): boolean =>
  last.text !== undefined && last.signature === undefined && part.text !== undefined;

function decodeContent(value: Json, param: string): Turn {
  if (typeof value === 'string') return { role: 'user', parts: [{ kind: 'text', text: value }] };
  const content = camelMembers(requireObject(value, param));
  const stated = readString(content.role, `${param}.role`) ?? '';
  const role = stated === '' ? 'user' : ROLES.get(stated);
  if (role === undefined) refuse(`${param}.role`, 'must be "user" or "model"');
  const parts = joinThoughts(decodeParts(content.parts, `${param}.parts`));
  const native = otherMembers(content, MEMBERS);
  return native === undefined ? { role, parts } : { role, parts, native };
}

/** `contents`: a list, one content, or a string. */
export function decodeContents(value: Json | undefined): Turn[] {
  if (value === undefined || value === null)
    refuse('contents', 'is required and must be an array of contents');
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0) refuse('contents', 'must hold at least one content');
  if (!list.every((content) => isObject(content) || typeof content === 'string'))
    refuse('contents', `must be an array of contents, not ${describeJson(value)}`);
  const turns = list.map((content, i) => decodeContent(content, `contents[${i}]`));
  return linkCalls(turns.filter((turn) => turn.parts.length > 0));
}
