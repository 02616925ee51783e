import { GatewayError, type JsonObject } from '@turnpike/kernel';
import {
  argumentsText,
  type CallPart,
  type ChatResponse,
  type Part,
  type ReasoningPart,
} from '@turnpike/protocol';
import { createAnswerCallIds, usageOrEstimate } from '../../answer';
import type { AnswerView } from '../../dialect';
import { writeResponsesUsage } from '../usage';
import { incompleteReason, writeResponseObject } from './response-object';
import {
  itemId,
  RESPONSES_CALL_ID,
  writeCall,
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
  private readonly newCallId: (id: string) => string;

  constructor(private readonly answerId: string) {
    this.newCallId = createAnswerCallIds(answerId, RESPONSES_CALL_ID);
  }

  add(part: Part): void {
    switch (part.kind) {
      case 'text':
        return part.text === '' ? undefined : this.say(writeOutputText(part.text, part.citations ?? []));
      case 'refusal':
        return part.text === '' ? undefined : this.say(writeRefusal(part.text));
      case 'reasoning':
        return this.put(this.reasoning(part));
      case 'call':
        return this.put(this.call(part));
      case 'image':
        return part.source.kind === 'base64'
          ? this.put(writeDrawnImage(this.id('ig'), part.source.data))
          : undefined;
      case 'opaque':
        return this.put(writeOpaque(part, this.id('it')));
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

  private say(part: JsonObject): void {
    if (this.content) {
      this.content.push(part);
      return;
    }
    const content = [part];
    this.put(writeMessage(this.id('msg'), 'completed', content));
    this.content = content;
  }

  private reasoning(part: ReasoningPart): JsonObject | undefined {
    const id = this.id('rs');
    if (part.redacted !== undefined) return writeReasoning(id, '', writeRedacted(part.redacted));
    const text = part.text ?? part.summary?.join('\n\n') ?? '';
    if (text === '' && !part.signature) return undefined;
    return writeReasoning(id, text, part.signature && writeEncrypted(part.signature, text));
  }

  private call(part: CallPart): JsonObject {
    const custom = part.tool === 'custom';
    const ids = { id: this.id(custom ? 'ctc' : 'fc'), callId: this.newCallId(part.id) };
    return writeCall(part, ids, custom ? part.args : argumentsText(part.args), false);
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
  for (const part of response.parts) list.add(part);
  const refused = response.parts.some((part) => part.kind === 'refusal');
  const reason = incompleteReason(response.stop, refused);
  return writeResponseObject(view, {
    status: reason === undefined ? 'completed' : 'incomplete',
    reason,
    output: reason === undefined ? list.items : markCut(list.items),
    usage: writeResponsesUsage(usageOrEstimate(response, view.inputEstimate)),
  });
}
