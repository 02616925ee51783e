import type { JsonObject } from '@turnpike/kernel';
import {
  compact,
  type CallPart,
  type ChatResponse,
  type Choice,
  type Part,
  type ReasoningPart,
} from '@turnpike/protocol';
import { areWholeArguments, countOf, listOf, objectOf, objectsOf, textOf } from '../../answer';
import { findChatUsage } from '../usage';
import { readFinishReason, readMatchedStop, settleStop } from './chat-stop';
import { readCalls, readImages, PieceReader, VENDOR, type CallFragment, type Piece } from './read-said';
import { DetailGatherer } from './reasoning-details';

function toCall(call: CallFragment): CallPart {
  const blank = !call.custom && call.args.trim() === '';
  return compact<CallPart>({
    kind: 'call',
    id: call.id ?? '',
    name: call.name ?? '',
    args: blank ? '{}' : call.args,
    tool: call.custom ? 'custom' : 'function',
    signature: call.signature,
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

/** Details prove the reasoning that comes first; where nothing of it is shown they are reasoning of their own. */
function withProof(parts: Part[], message: JsonObject, vendor: string): Part[] {
  const gatherer = new DetailGatherer(vendor);
  gatherer.push(message);
  const at = parts.findIndex((part) => part.kind === 'reasoning');
  const thought = parts[at] as ReasoningPart | undefined;
  const signature = gatherer.take(thought?.text ?? '');
  if (!signature) return parts;
  if (!thought) return [{ kind: 'reasoning', signature }, ...parts];
  return parts.with(at, { ...thought, signature });
}

function decodeChoice(choice: JsonObject, vendor: string): Omit<Choice, 'choice'> {
  const message = objectOf(choice.message) ?? {};
  const calls = readCalls(message, vendor)
    .filter((call) => call.name !== undefined)
    .map(toCall);
  const media = readImages(message).map((source): Part => ({
    kind: 'image',
    source: { kind: 'base64', ...source },
  }));
  const pieces = withCitations(toParts(new PieceReader().read(message)), message);
  const reason = choice.error ? 'error' : (readFinishReason(choice) ?? 'end');
  const wholeCalls = calls.filter((call) => call.tool === 'custom' || areWholeArguments(call.args)).length;
  const refusal = pieces.some((part) => part.kind === 'refusal');
  const said = { wholeCalls, calls: calls.length, refusal, matched: readMatchedStop(choice) };
  return {
    parts: [...withProof(pieces, message, vendor), ...media, ...calls],
    ...settleStop(reason, said),
  };
}

/** In the order of their indexes, which need not be the order they stand in; without indexes as they stand. */
const choicesOf = (body: JsonObject): JsonObject[] =>
  objectsOf(body.choices).toSorted((a, b) => (countOf(a.index) ?? 0) - (countOf(b.index) ?? 0));

const NONE: Omit<Choice, 'choice'> = { parts: [], stop: 'error' };

/** Reads a whole Chat answer. A body without choices is an answer without parts that ended in an error. */
export function decodeChatResponse(body: JsonObject, vendor = VENDOR): ChatResponse {
  const [first, ...others] = choicesOf(body);
  return compact<ChatResponse>({
    id: textOf(body.id),
    model: textOf(body.model),
    createdAt: countOf(body.created),
    ...(first ? decodeChoice(first, vendor) : NONE),
    others:
      others.length === 0
        ? undefined
        : others.map((choice, i) => ({
            choice: countOf(choice.index) || i + 1,
            ...decodeChoice(choice, vendor),
          })),
    usage: findChatUsage(body),
  });
}
