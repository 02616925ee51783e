import { isObject, type JsonObject } from '@turnpike/kernel';
import {
  legaliseCallIds,
  normaliseTurns,
  systemReminder,
  type CallIdRule,
  type Part,
  type TextPart,
  type Turn,
} from '@turnpike/protocol';
import { tellFirst } from '../../foreign/tell-first';
import { cacheMark } from '../../openai-content/media-parts';
import { encodeAssistant } from './encode-assistant';
import { encodeUserPart, inputText } from './encode-parts';
import { encodeResult } from './encode-results';
import { unsupported, type ResponsesEncoding } from './responses-encoding';

/** `call_id` takes any printable characters, up to 64 of them. */
const RESPONSES_CALL_IDS: CallIdRule = {
  legal: /^[\x21-\x7e]{1,64}$/,
  mint: (digest) => `call_${digest.toString('hex').slice(0, 24)}`,
};

/** First system block of some Anthropic clients: for Anthropic's accounting alone, and it would spoil prompt caches. */
const BILLING_HEADER = /^x-anthropic-billing-header:/;

const wanted = ({ request, sameDialect }: ResponsesEncoding): TextPart[] =>
  request.system.filter((part) => part.text !== '' && (sameDialect || !BILLING_HEADER.test(part.text)));

/** Role of a message that this client had written as an item; undefined: it stood in `instructions`. */
const ownRole = (native: JsonObject | undefined, { sameDialect }: ResponsesEncoding): string | undefined =>
  sameDialect && typeof native?.role === 'string' ? native.role : undefined;

const systemMessage = (role: string, texts: readonly string[]): JsonObject => ({
  type: 'message',
  role,
  content: texts.map(inputText),
});

const withoutSystemRole = ({ capabilities }: ResponsesEncoding): boolean =>
  capabilities.systemRole === 'none';

const asText = (text: string): TextPart => ({ kind: 'text', text });

const isMarked = (part: TextPart, encoding: ResponsesEncoding): boolean =>
  Object.keys(cacheMark(part, encoding)).length > 0;

const markedText = (part: TextPart, encoding: ResponsesEncoding): JsonObject => ({
  ...inputText(part.text),
  ...cacheMark(part, encoding),
});

/** `instructions` hold no marks of the prompt cache: the whole prompt is a message then. */
const markedSystem = (parts: readonly TextPart[], encoding: ResponsesEncoding): JsonObject => ({
  ...systemMessage(encoding.capabilities.systemRole ?? 'developer', []),
  content: parts.map((part) => markedText(part, encoding)),
});

/** The system prompt: `instructions`, and the messages that the client had written beside them. */
function encodeSystem(extra: readonly string[], encoding: ResponsesEncoding): SystemMembers {
  const parts = wanted(encoding);
  if (!encoding.sameDialect && parts.some((part) => isMarked(part, encoding)))
    return { items: [markedSystem([...parts, ...extra.map(asText)], encoding)] };
  const texts = (own: boolean): TextPart[] =>
    parts.filter((part) => (ownRole(part.native, encoding) !== undefined) === own);
  const instructions = [...texts(false).map((part) => part.text), ...extra];
  const items = texts(true).map((part) => ({
    ...systemMessage(ownRole(part.native, encoding) ?? 'developer', []),
    content: [markedText(part, encoding)],
  }));
  return { instructions: instructions.length === 0 ? undefined : instructions.join('\n\n'), items };
}

interface SystemMembers {
  readonly instructions?: string;
  readonly items: readonly JsonObject[];
}

/** The system prompt as words of the user's, for models without a system role. */
function systemAsWords(extra: readonly string[], encoding: ResponsesEncoding): string | undefined {
  const texts = [...wanted(encoding).map((part) => part.text), ...extra];
  return texts.length === 0 ? undefined : texts.join('\n\n');
}

/** Results first, each an item of its own, then one message of what else the user says. */
function encodeUser(turn: Turn, custom: ReadonlySet<string>, encoding: ResponsesEncoding): JsonObject[] {
  const items: JsonObject[] = [];
  const content: JsonObject[] = [];
  for (const part of turn.parts) {
    if (part.kind === 'result') items.push(encodeResult(part, custom.has(part.callId), encoding));
    else if (isOwnItem(part, encoding)) items.push(part.raw as JsonObject);
    else {
      const encoded = encodeUserPart(part, encoding);
      if (encoded) content.push(encoded);
    }
  }
  return content.length === 0 ? items : [...items, { type: 'message', role: 'user', content }];
}

/** Items of this dialect that are no content of a message: they end in `_output` or the like. */
const isOwnItem = (part: Part, { sameDialect }: ResponsesEncoding): part is Part & { kind: 'opaque' } =>
  sameDialect &&
  part.kind === 'opaque' &&
  isObject(part.raw) &&
  !(typeof part.raw.type === 'string' && /^(?:input|output)_/.test(part.raw.type));

function encodeTurn(turn: Turn, custom: ReadonlySet<string>, encoding: ResponsesEncoding): JsonObject[] {
  if (turn.role === 'assistant') return encodeAssistant(turn, encoding);
  if (turn.role === 'user') return encodeUser(turn, custom, encoding);
  const role = ownRole(turn.native, encoding) ?? encoding.capabilities.systemRole ?? 'developer';
  const texts = turn.parts.map((part) => (part.kind === 'text' ? part.text : '')).filter((t) => t !== '');
  return texts.length === 0 ? [] : [systemMessage(role, texts)];
}

/** An assistant message at the end is to be continued; what cannot continue it must not answer something else. */
function checkPrefill(items: readonly JsonObject[], encoding: ResponsesEncoding): void {
  const last = items.at(-1);
  if (last?.role !== 'assistant' || (encoding.capabilities.prefill ?? encoding.sameDialect)) return;
  unsupported(
    `Assistant prefill is not supported by this model (${encoding.target.model}): the last message must not be the assistant's.`,
    'input',
  );
}

/** Ids of the calls of free-text tools, whose results are items of another type. */
function customCalls(turns: readonly Turn[], { customTools }: ResponsesEncoding): Set<string> {
  const parts = customTools ? turns.flatMap((turn) => turn.parts) : [];
  return new Set(parts.flatMap((part) => (part.kind === 'call' && part.tool === 'custom' ? [part.id] : [])));
}

/** `instructions` and `input`. `extra` is added behind the client's own system prompt. */
export function encodeInput(extra: readonly string[], encoding: ResponsesEncoding): JsonObject {
  const { request, capabilities } = encoding;
  const bare = withoutSystemRole(encoding);
  const placed =
    bare || capabilities.singleSystem === true ? request.turns.map(systemReminder) : request.turns;
  const rules = { merge: false, trimBlank: false, startWithUser: false };
  const turns = legaliseCallIds(
    normaliseTurns(bare ? tellFirst(systemAsWords(extra, encoding), placed) : placed, rules),
    RESPONSES_CALL_IDS,
  );
  const custom = customCalls(turns, encoding);
  const { instructions, items } = bare ? { items: [] } : encodeSystem(extra, encoding);
  const input = [...items, ...turns.flatMap((turn) => encodeTurn(turn, custom, encoding))];
  checkPrefill(input, encoding);
  const continued = { type: 'message', role: 'user', content: [inputText('(continued)')] };
  return { instructions, input: input.length > 0 ? input : [continued] };
}
