import type { JsonObject } from '@turnpike/kernel';
import { compact, type CallPart, type ChatResponse, type Part } from '@turnpike/protocol';
import { areWholeArguments, countOf, listOf, objectOf, objectsOf, textOf } from '../../answer';
import { findChatUsage } from '../usage';
import { readFinishReason, readMatchedStop, settleStop } from './chat-stop';
import { readCalls, readImages, PieceReader, type CallFragment, type Piece } from './read-said';

function toCall(call: CallFragment): CallPart {
  const blank = !call.custom && call.args.trim() === '';
  return compact<CallPart>({
    kind: 'call',
    id: call.id ?? '',
    name: call.name ?? '',
    args: blank ? '{}' : call.args,
    tool: call.custom ? 'custom' : 'function',
    signature:
      call.thoughtSignature === undefined ? undefined : { vendor: 'google', value: call.thoughtSignature },
  });
}

/** Neighbouring pieces of one kind are one part. */
function toParts(pieces: readonly Piece[]): Part[] {
  const parts: Piece[] = [];
  for (const piece of pieces) {
    const last = parts.at(-1);
    if (last?.kind === piece.kind)
      parts[parts.length - 1] = { kind: last.kind, text: last.text + piece.text };
    else parts.push(piece);
  }
  return parts;
}

/** Annotations belong to the text they stand beside: the last. */
function withCitations(parts: Part[], message: JsonObject): Part[] {
  const citations = listOf(message.annotations);
  const at = parts.findLastIndex((part) => part.kind === 'text');
  const text = parts[at];
  if (citations.length > 0 && text?.kind === 'text') parts[at] = { ...text, citations };
  return parts;
}

/** Reads a whole Chat answer: its first choice. A body without one is an answer without parts that ended in an error. */
export function decodeChatResponse(body: JsonObject): ChatResponse {
  const [choice] = objectsOf(body.choices);
  const message = objectOf(choice?.message) ?? {};
  const calls = readCalls(message)
    .filter((call) => call.name !== undefined)
    .map(toCall);
  const media = readImages(message).map((source): Part => ({
    kind: 'image',
    source: { kind: 'base64', ...source },
  }));
  const said = withCitations(toParts(new PieceReader().read(message)), message);
  const reason = choice === undefined || choice.error ? 'error' : (readFinishReason(choice) ?? 'end');
  const wholeCalls = calls.filter((call) => call.tool === 'custom' || areWholeArguments(call.args)).length;
  const refusal = said.some((part) => part.kind === 'refusal');
  const matched = choice && readMatchedStop(choice);
  return compact<ChatResponse>({
    id: textOf(body.id),
    model: textOf(body.model),
    createdAt: countOf(body.created),
    parts: [...said, ...media, ...calls],
    ...settleStop(reason, { wholeCalls, calls: calls.length, refusal, matched }),
    usage: findChatUsage(body),
  });
}
