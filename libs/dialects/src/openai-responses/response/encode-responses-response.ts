import { GatewayError, type JsonObject } from '@turnpike/kernel';
import {
  argumentsText,
  type CallPart,
  type ChatResponse,
  type Part,
  type Phase,
  type ReasoningPart,
} from '@turnpike/protocol';
import { createAnswerCallIds, usageOrEstimate } from '../../answer';
import type { AnswerView } from '../../dialect';
import { writeResponsesUsage } from '../usage';
import { asksToCompact, compactParts } from './compaction';
import { incompleteReason, writeResponseObject } from './response-object';
import {
  itemId,
  opaquePrefix,
  RESPONSES_CALL_ID,
  writeCall,
  writeCallProof,
  writeDrawnImage,
  writeEncrypted,
  writeMessage,
  writeOpaque,
  writeOutputText,
  writeReasoning,
  writeRedacted,
  writeRefusal,
} from './write-items';

/** Gathers parts into items: neighbouring texts are one message, everything else is an item of its own. */
class ItemList {
  readonly items: JsonObject[] = [];
  private content: JsonObject[] | undefined;
  private phase: Phase | undefined;
  private readonly newCallId: (id: string) => string;

  constructor(private readonly answerId: string) {
    this.newCallId = createAnswerCallIds(answerId, RESPONSES_CALL_ID);
  }

  add(part: Part): void {
    switch (part.kind) {
      case 'text':
        return part.text === ''
          ? undefined
          : this.say(writeOutputText(part.text, part.citations ?? []), part.phase);
      case 'refusal':
        return part.text === '' ? undefined : this.say(writeRefusal(part.text));
      case 'reasoning':
        return this.put(this.reasoning(part));
      case 'call':
        return this.addCall(part);
      case 'image':
        return part.source.kind === 'base64'
          ? this.put(writeDrawnImage(this.id('ig'), part.source.data))
          : undefined;
      case 'opaque':
        return this.put(writeOpaque(part, this.id(opaquePrefix(part.raw))));
      default:
        return undefined;
    }
  }

  private id(prefix: Parameters<typeof itemId>[0]): string {
    return itemId(prefix, this.answerId, this.items.length);
  }

  private put(item: JsonObject | undefined): void {
    if (!item) return;
    this.content = undefined;
    this.items.push(item);
  }

  private say(part: JsonObject, phase?: Phase): void {
    if (this.content && phase === this.phase) {
      this.content.push(part);
      return;
    }
    const content = [part];
    this.put(writeMessage({ id: this.id('msg'), phase }, 'completed', content));
    this.content = content;
    this.phase = phase;
  }

  private reasoning(part: ReasoningPart): JsonObject | undefined {
    const id = this.id('rs');
    if (part.redacted !== undefined) return writeReasoning(id, '', writeRedacted(part.redacted));
    const text = part.text ?? part.summary?.join('\n\n') ?? '';
    if (text === '' && !part.signature) return undefined;
    return writeReasoning(id, text, part.signature && writeEncrypted(part.signature, text));
  }

  private addCall(part: CallPart): void {
    const custom = part.tool === 'custom';
    const callId = this.newCallId(part.id);
    if (part.signature) this.put(writeCallProof(this.id('rs'), part.signature, callId));
    const ids = { id: this.id(custom ? 'ctc' : 'fc'), callId };
    this.put(writeCall(part, ids, custom ? part.args : argumentsText(part.args), false));
  }
}

/** The last message of an answer that was cut is not complete. */
export function markCut(items: readonly JsonObject[]): JsonObject[] {
  const last = items.at(-1);
  return last?.type === 'message' ? [...items.slice(0, -1), { ...last, status: 'incomplete' }] : [...items];
}

/** Writes a whole response. @throws GatewayError provider_error: an answer that ended in an error is none. */
export function encodeResponsesResponse(response: ChatResponse, view: AnswerView): JsonObject {
  if (response.stop === 'error' || response.stop === 'malformed_call')
    throw new GatewayError('provider_error', 'The provider ended its answer with an error.');
  const list = new ItemList(view.id);
  const parts = asksToCompact(view.request) ? compactParts(response.parts) : response.parts;
  for (const part of parts) list.add(part);
  const refused = response.parts.some((part) => part.kind === 'refusal');
  const reason = incompleteReason(response.stop, refused);
  return writeResponseObject(view, {
    status: reason === undefined ? 'completed' : 'incomplete',
    reason,
    output: reason === undefined ? list.items : markCut(list.items),
    usage: writeResponsesUsage(usageOrEstimate(response, view.inputEstimate)),
  });
}
