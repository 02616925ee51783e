import type { Json } from '@turnpike/kernel';
import {
  describeJson,
  otherMembers,
  readWord,
  refuse,
  requireArray,
  requireObject,
  settleCallProofs,
  type Part,
  type TextPart,
  type Turn,
} from '@turnpike/protocol';
import { decodeBlocks, decodeText } from './decode-blocks';

const ROLES = ['user', 'assistant', 'system'] as const;
const MEMBERS = new Set(['role', 'content']);

/** `system`: a string or text blocks, each with its own cache mark. */
export function decodeSystem(value: Json | undefined): TextPart[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return value === '' ? [] : [{ kind: 'text', text: value }];
  if (!Array.isArray(value))
    refuse('system', `must be a string or an array of text blocks, not ${describeJson(value)}`);
  return value.map((block, i) => decodeText(requireObject(block, `system[${i}]`), `system[${i}]`));
}

const onlyText = (parts: readonly Part[], param: string): TextPart[] =>
  parts.map((part, i) =>
    part.kind === 'text'
      ? part
      : refuse(`${param}.content[${i}]`, 'must be a text block: system messages hold text alone'),
  );

/** What the vendor wrote into an answer and only it understands is a record: the conversation goes on without it. */
const asRecord = (part: Part): Part => (part.kind === 'opaque' ? { ...part, essential: false } : part);

function decodeMessage(value: Json, param: string): Turn {
  const message = requireObject(value, param);
  const role = readWord(message.role, `${param}.role`, ROLES);
  if (role === undefined) refuse(`${param}.role`, 'must be "user" or "assistant"');
  const blocks = decodeBlocks(message.content, `${param}.content`);
  const parts = settleCallProofs(role === 'assistant' ? blocks.map(asRecord) : blocks);
  const native = otherMembers(message, MEMBERS);
  const turn: Turn = { role, parts: role === 'system' ? onlyText(parts, param) : parts };
  return native === undefined ? turn : { ...turn, native };
}

/** `messages`, in their order. */
export function decodeMessages(value: Json | undefined): Turn[] {
  const messages = requireArray(value, 'messages');
  if (messages.length === 0) refuse('messages', 'must hold at least one message');
  return messages.map((message, i) => decodeMessage(message, `messages[${i}]`));
}
