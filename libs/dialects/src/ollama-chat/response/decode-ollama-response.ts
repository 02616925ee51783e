import type { JsonObject } from '@turnpike/kernel';
import { compact, type ChatResponse, type Part, type VendorError } from '@turnpike/protocol';
import { objectOf, readVendorError, textOf } from '../../answer';
import type { AnswerReading } from '../../dialect';
import { readWhole } from '../../upstream-only';
import { readOllamaUsage } from '../usage';
import { readCreatedAt, readDoneReason, readMessage } from './read-message';

function partsOf(body: JsonObject): Part[] {
  const { thinking, text, calls } = readMessage(objectOf(body.message));
  const parts: Part[] = [];
  if (thinking !== '') parts.push({ kind: 'reasoning', text: thinking });
  if (text !== '') parts.push({ kind: 'text', text });
  return [...parts, ...calls];
}

/** Reads a whole answer. A body without a message ended in an error. */
export function decodeOllamaResponse(body: JsonObject): ChatResponse {
  const parts = partsOf(body);
  const calls = parts.filter((part) => part.kind === 'call').length;
  const answered = objectOf(body.message) !== undefined && !body.error;
  return compact<ChatResponse>({
    model: textOf(body.model),
    createdAt: readCreatedAt(body),
    parts,
    stop: answered ? readDoneReason(body, calls) : 'error',
    usage: readOllamaUsage(body),
  });
}

const errorOf = (body: JsonObject): VendorError | undefined =>
  body.error ? readVendorError(body.error) : undefined;

/** @throws SyntaxError when the body is not JSON. */
export const readOllamaAnswer = (body: Buffer): AnswerReading =>
  readWhole(body, { decode: decodeOllamaResponse, errorOf });
