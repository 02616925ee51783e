import { isObject, stringifyJson, type JsonObject } from '@turnpike/kernel';
import { compact, type ChatResponse, type Part, type Signature } from '@turnpike/protocol';
import { areWholeArguments, listOf, objectsOf, textOf } from '../../answer';
import { readMessagesUsage } from '../usage';
import { readStopDetails, readStopReason, settleMessagesStop } from './messages-stop';

/** Vendor of what comes in this dialect's own fields, unless the server is known to be another's. */
export const VENDOR = 'anthropic';

/** `input` as text, digit for digit; some servers send the text itself. */
export function inputText(block: JsonObject): string {
  const { input } = block;
  if (typeof input === 'string') return input.trim() === '' ? '{}' : input;
  return isObject(input) ? stringifyJson(input) : '{}';
}

const signatureOf = (block: JsonObject, vendor: string): Signature | undefined => {
  const value = textOf(block.signature);
  return value === undefined ? undefined : { vendor, value };
};

/** undefined: a block that says nothing. */
function toPart(block: JsonObject, vendor: string): Part | undefined {
  switch (block.type) {
    case 'text': {
      const citations = listOf(block.citations);
      const text = textOf(block.text);
      return text === undefined
        ? undefined
        : { kind: 'text', text, ...(citations.length > 0 ? { citations } : {}) };
    }
    case 'thinking': {
      const text = textOf(block.thinking);
      const signature = signatureOf(block, vendor);
      return text === undefined && signature === undefined
        ? undefined
        : compact<Part>({ kind: 'reasoning', text, signature });
    }
    case 'redacted_thinking':
      return { kind: 'reasoning', redacted: textOf(block.data) ?? '' };
    case 'tool_use': {
      const name = textOf(block.name);
      const id = textOf(block.id) ?? '';
      return name === undefined
        ? undefined
        : { kind: 'call', id, name, args: inputText(block), tool: 'function' };
    }
    default:
      return textOf(block.type) === undefined ? undefined : { kind: 'opaque', vendor: VENDOR, raw: block };
  }
}

/** Reads a whole Messages answer. A body without content blocks is an answer that ended in an error. */
export function decodeMessagesResponse(body: JsonObject, vendor = VENDOR): ChatResponse {
  const blocks = objectsOf(body.content);
  const parts = blocks.map((block) => toPart(block, vendor)).filter((part) => part !== undefined);
  const calls = parts.filter((part) => part.kind === 'call');
  const wholeCalls = calls.filter((call) => areWholeArguments(call.args)).length;
  const reason = Array.isArray(body.content) ? (readStopReason(body.stop_reason) ?? 'end') : 'error';
  return compact<ChatResponse>({
    id: textOf(body.id),
    model: textOf(body.model),
    parts,
    stop: settleMessagesStop(reason, { wholeCalls, calls: calls.length }),
    stopSequence: textOf(body.stop_sequence),
    stopDetails: readStopDetails(body.stop_details),
    usage: readMessagesUsage(body.usage),
  });
}
