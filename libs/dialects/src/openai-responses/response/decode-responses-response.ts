import type { JsonObject } from '@turnpike/kernel';
import { compact, type ChatResponse, type Part } from '@turnpike/protocol';
import { areWholeArguments, countOf, objectsOf, textOf } from '../../answer';
import { VENDOR } from '../responses-name';
import { readResponsesUsage } from '../usage';
import { readItem } from './read-items';
import { readStatus, settleStatus } from './responses-stop';

/** Some servers give nothing but the joined text. */
function partsOf(body: JsonObject, vendor: string): Part[] {
  const parts = objectsOf(body.output).flatMap((item) => readItem(item, vendor));
  const text = textOf(body.output_text);
  return parts.length === 0 && text !== undefined ? [{ kind: 'text', text }] : parts;
}

const isWhole = (part: Part): boolean =>
  part.kind === 'call' && (part.tool === 'custom' || areWholeArguments(part.args));

/** Reads a whole response. A body without a list of output items is an answer that ended in an error. */
export function decodeResponsesResponse(body: JsonObject, vendor = VENDOR): ChatResponse {
  const parts = partsOf(body, vendor);
  const answered = Array.isArray(body.output) || parts.length > 0;
  const stop = answered && !body.error ? readStatus(body) : 'error';
  const refusal = parts.some((part) => part.kind === 'refusal');
  return compact<ChatResponse>({
    id: textOf(body.id),
    model: textOf(body.model),
    createdAt: countOf(body.created_at),
    parts,
    stop: settleStatus(stop, { wholeCalls: parts.filter(isWhole).length, refusal }),
    usage: readResponsesUsage(body.usage),
  });
}
