import { isObject, stringifyJson, type JsonObject } from '@turnpike/kernel';
import { compact, type ChatResponse, type Part, type VendorError } from '@turnpike/protocol';
import { objectOf, objectsOf, readVendorError, textOf } from '../../answer';
import type { AnswerReading } from '../../dialect';
import { failedAnswer, readWhole } from '../../upstream-only';
import { CONVERSE_VENDOR, sealThinking } from '../sealed-thinking';
import { readConverseUsage } from '../usage';
import { matchedStop, readStopReason, settleConverseStop } from './converse-stop';

function readReasoning(content: JsonObject, vendor: string): Part[] {
  const sealed = textOf(content.redactedContent);
  if (sealed !== undefined) return [{ kind: 'reasoning', signature: sealThinking(sealed, vendor) }];
  const told = objectOf(content.reasoningText);
  const text = textOf(told?.text);
  const value = textOf(told?.signature);
  if (text === undefined && value === undefined) return [];
  const signature = value === undefined ? undefined : { vendor, value };
  return [compact<Part>({ kind: 'reasoning', text, signature })];
}

function readCall(toolUse: JsonObject): Part[] {
  const name = textOf(toolUse.name);
  if (name === undefined) return [];
  const { input } = toolUse;
  const args = isObject(input) ? stringifyJson(input) : (textOf(input) ?? '{}');
  return [{ kind: 'call', id: textOf(toolUse.toolUseId) ?? '', name, args, tool: 'function' }];
}

function readImage(image: JsonObject): Part[] {
  const data = textOf(objectOf(image.source)?.bytes);
  if (data === undefined) return [];
  const mimeType = `image/${textOf(image.format) ?? 'png'}`;
  return [{ kind: 'image', source: { kind: 'base64', data, mimeType } }];
}

const readText = (text: string): Part[] => (text === '' ? [] : [{ kind: 'text', text }]);

/** Kinds of blocks that nobody knows say nothing. */
function readBlock(block: JsonObject, vendor: string): Part[] {
  if (typeof block.text === 'string') return readText(block.text);
  const { toolUse, reasoningContent, image, citationsContent } = block;
  if (isObject(toolUse)) return readCall(toolUse);
  if (isObject(reasoningContent)) return readReasoning(reasoningContent, vendor);
  if (isObject(image)) return readImage(image);
  const cited = objectsOf(objectOf(citationsContent)?.content);
  return readText(cited.map((part) => textOf(part.text) ?? '').join(''));
}

const messageOf = (body: JsonObject): JsonObject | undefined => objectOf(objectOf(body.output)?.message);

/** Reads a whole answer. `vendor`: whose signatures these are. A body without a message ended in an error. */
export function decodeConverseResponse(body: JsonObject, vendor = CONVERSE_VENDOR): ChatResponse {
  const message = messageOf(body);
  const parts = objectsOf(message?.content).flatMap((block) => readBlock(block, vendor));
  const calls = parts.filter((part) => part.kind === 'call').length;
  const stop = message ? settleConverseStop(readStopReason(body.stopReason) ?? 'end', calls) : 'error';
  return compact<ChatResponse>({
    parts,
    stop,
    stopSequence: stop === 'stop_sequence' ? matchedStop(body) : undefined,
    usage: readConverseUsage(body.usage),
  });
}

/** Errors are `{message}`; some front ends name their kind in `__type`. */
function errorOf(body: JsonObject): VendorError | undefined {
  if (!messageOf(body)) {
    const message = textOf(body.message) ?? textOf(body.Message);
    const type = textOf(body.__type)?.split('#').at(-1);
    if (message !== undefined || type !== undefined)
      return readVendorError({ ...body, ...(message && { message }), ...(type && { type }) });
    return body.error ? readVendorError(body.error) : undefined;
  }
  const word = textOf(body.stopReason);
  return readStopReason(word) === 'malformed_call' ? failedAnswer(word) : undefined;
}

/** @throws SyntaxError when the body is not JSON. */
export const readConverseAnswer = (body: Buffer): AnswerReading =>
  readWhole(body, { decode: decodeConverseResponse, errorOf });
