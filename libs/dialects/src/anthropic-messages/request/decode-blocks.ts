import { isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import {
  compact,
  describeJson,
  otherMembers,
  readBoolean,
  isWrapped,
  readCacheMark,
  readProof,
  refuse,
  requireObject,
  requireString,
  type CallPart,
  type Part,
  type ReasoningPart,
  type ResultPart,
  type TextPart,
} from '@turnpike/protocol';
import { decodeDocument, decodeImage } from './decode-media';
import { decodeOpaque } from './decode-opaque';

export const VENDOR = 'anthropic';

const members = (words: string): ReadonlySet<string> => new Set(words.split(' '));
const TEXT = members('type text cache_control citations');
const CALL = members('type id name input cache_control');
const RESULT = members('type tool_use_id content is_error cache_control');

/** `content` of a message or a result: a string is one block, a bare block a list of one, null none. */
export function decodeBlocks(content: Json | undefined, param: string): Part[] {
  if (content === null) return [];
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  if (isObject(content)) return [decodeBlock(content, param)];
  if (!Array.isArray(content))
    refuse(param, `must be a string or an array of content blocks, not ${describeJson(content)}`);
  return content.map((block, i) => decodeBlock(block, `${param}[${i}]`));
}

function decodeBlock(value: Json, param: string): Part {
  const block = requireObject(value, param);
  const type = requireString(block.type, `${param}.type`);
  switch (type) {
    case 'text':
      return decodeText(block, param);
    case 'image':
      return decodeImage(block, param);
    case 'document':
      return decodeDocument(block, param);
    case 'tool_use':
      return decodeCall(block, param);
    case 'tool_result':
      return decodeResult(block, param);
    case 'thinking':
      return decodeThinking(block, param);
    case 'redacted_thinking':
      return decodeRedacted(requireString(block.data, `${param}.data`));
    default:
      return decodeOpaque(type, block);
  }
}

export const decodeText = (block: JsonObject, param: string): TextPart =>
  compact<TextPart>({
    kind: 'text',
    text: requireString(block.text, `${param}.text`),
    cache: readCacheMark(block.cache_control),
    citations: Array.isArray(block.citations) ? block.citations : undefined,
    native: otherMembers(block, TEXT),
  });

/** Input is an object; text is kept as it is (a call that was cut off), nothing means no arguments. */
function inputText(input: Json | undefined, param: string): string {
  if (input === undefined || input === null) return '{}';
  if (typeof input === 'string') return input;
  return isObject(input)
    ? stringifyJson(input)
    : refuse(param, `must be an object, not ${describeJson(input)}`);
}

function decodeCall(block: JsonObject, param: string): CallPart {
  const name = requireString(block.name, `${param}.name`);
  if (name === '') refuse(`${param}.name`, 'must not be empty');
  return compact<CallPart>({
    kind: 'call',
    id: requireString(block.id, `${param}.id`),
    name,
    args: inputText(block.input, `${param}.input`),
    tool: 'function',
    cache: readCacheMark(block.cache_control),
    native: otherMembers(block, CALL),
  });
}

function decodeResult(block: JsonObject, param: string): ResultPart {
  const content = block.content ?? [];
  return compact<ResultPart>({
    kind: 'result',
    callId: requireString(block.tool_use_id, `${param}.tool_use_id`),
    isError: readBoolean(block.is_error, `${param}.is_error`),
    parts: decodeBlocks(content, `${param}.content`),
    cache: readCacheMark(block.cache_control),
    native: otherMembers(block, RESULT),
  });
}

function decodeThinking(block: JsonObject, param: string): ReasoningPart {
  const text = requireString(block.thinking, `${param}.thinking`);
  const value = typeof block.signature === 'string' ? block.signature : undefined;
  return { kind: 'reasoning', text, ...readProof(value, VENDOR) };
}

/** Bare data is the vendor's own; wrapped data is another vendor's reasoning that showed no text, or proves a call. */
function decodeRedacted(data: string): ReasoningPart {
  if (!isWrapped(data)) return { kind: 'reasoning', redacted: data };
  return { kind: 'reasoning', ...readProof(data, VENDOR) };
}
