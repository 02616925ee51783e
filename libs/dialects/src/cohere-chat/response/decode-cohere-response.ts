import { isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import { compact, type CallPart, type ChatResponse, type Part, type VendorError } from '@turnpike/protocol';
import { objectOf, objectsOf, readVendorError, textOf } from '../../answer';
import type { AnswerReading } from '../../dialect';
import { failedAnswer, readWhole } from '../../upstream-only';
import { readCohereUsage } from '../usage';
import { readFinishReason, settleCohereStop } from './cohere-stop';
import { readCitations } from './read-citations';

/** Arguments are text; a tool that takes none has been given `null`. */
export function argumentsOf(value: Json | undefined): string {
  if (isObject(value)) return stringifyJson(value);
  const text = textOf(value);
  return text === undefined || text.trim() === '' || text.trim() === 'null' ? '{}' : text;
}

function callsOf(message: JsonObject): CallPart[] {
  return objectsOf(message.tool_calls).flatMap((call) => {
    const called = objectOf(call.function);
    const name = textOf(called?.name);
    if (name === undefined) return [];
    const args = argumentsOf(called?.arguments);
    return [{ kind: 'call' as const, id: textOf(call.id) ?? '', name, args, tool: 'function' as const }];
  });
}

function contentParts(content: Json | undefined): Part[] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  return objectsOf(content).flatMap((block): Part[] => {
    const thought = textOf(block.thinking);
    if (thought !== undefined) return [{ kind: 'reasoning', text: thought }];
    const text = textOf(block.text);
    return text === undefined ? [] : [{ kind: 'text', text }];
  });
}

/** Citations belong to the text they stand beside: the last. */
function withCitations(parts: Part[], citations: readonly Json[]): Part[] {
  const at = parts.findLastIndex((part) => part.kind === 'text');
  const text = parts[at];
  if (citations.length > 0 && text?.kind === 'text') parts[at] = { ...text, citations };
  return parts;
}

/** What the message says: the plan of its calls is thinking. */
function partsOf(message: JsonObject): Part[] {
  const plan = textOf(message.tool_plan);
  const said = withCitations(contentParts(message.content), readCitations(message.citations));
  return [
    ...(plan === undefined ? [] : [{ kind: 'reasoning' as const, text: plan }]),
    ...said,
    ...callsOf(message),
  ];
}

/** Reads a whole answer. A body without a message ended in an error. */
export function decodeCohereResponse(body: JsonObject): ChatResponse {
  const message = objectOf(body.message);
  const parts = message ? partsOf(message) : [];
  const calls = parts.filter((part) => part.kind === 'call').length;
  const stop = message ? (readFinishReason(body.finish_reason) ?? 'end') : 'error';
  return compact<ChatResponse>({
    id: textOf(body.id) ?? textOf(body.generation_id),
    parts,
    stop: settleCohereStop(stop, calls),
    usage: readCohereUsage(body.usage),
  });
}

/** Errors are `{id, message}` with a sentence where answers have an object. */
function errorOf(body: JsonObject): VendorError | undefined {
  if (body.error) return readVendorError(body.error);
  if (!objectOf(body.message)) return textOf(body.message) ? readVendorError(body) : undefined;
  const word = textOf(body.finish_reason);
  return readFinishReason(word) === 'error' ? failedAnswer(word) : undefined;
}

/** @throws SyntaxError when the body is not JSON. */
export const readCohereAnswer = (body: Buffer): AnswerReading =>
  readWhole(body, { decode: decodeCohereResponse, errorOf });
