import type { Json, JsonObject } from '@turnpike/kernel';
import type { Capabilities, EndReason, Machine, SseEvent, StopReason, StreamEvent } from '@turnpike/protocol';
import {
  countOf,
  listOf,
  malformedEvent,
  objectOf,
  objectsOf,
  parseEventData,
  readVendorError,
  textOf,
} from '../../answer';
import type { StreamDecoderOptions } from '../../dialect';
import { readFinishReason, readMatchedStop, settleStop } from '../response/chat-stop';
import { readCalls, readImages, PieceReader, type Piece } from '../response/read-said';
import { findChatUsage } from '../usage';
import { CallSlots } from './call-slots';

/** Members a chunk can carry beside choices that make it an error. */
const errorOf = (chunk: JsonObject, name: string | undefined): Json | undefined => {
  if (chunk.error) return chunk.error;
  const flat = name === 'error' || chunk.type === 'error' || chunk.object === 'error';
  return flat ? chunk : objectsOf(chunk.choices).find((choice) => choice.error)?.error;
};

/**
 * Chat chunks to canonical events. The finish is told at `[DONE]` or at the end of the body, because usage may come
 * after the chunk with the finish reason; without any finish reason the stream is broken, not finished.
 */
class ChatStreamDecoder implements Machine<SseEvent, StreamEvent> {
  private blocks = 0;
  private readonly calls = new CallSlots(() => this.blocks++);
  private readonly head: { id?: string; model?: string; createdAt?: number } = {};
  private readonly pieces = new PieceReader();
  private started = false;
  private over = false;
  private open: { readonly block: number; readonly kind: Piece['kind'] } | undefined;
  private stop: StopReason | undefined;
  private matched: string | undefined;
  private refused = false;

  constructor(private readonly capabilities: Capabilities) {}

  push(event: SseEvent): StreamEvent[] {
    if (this.over) return [];
    if (event.data.trim() === '[DONE]')
      return this.finish('complete', this.capabilities.noFinishReason === true);
    const chunk = parseEventData(event.data);
    if (!chunk) return this.fail(malformedEvent('a stream event that is not JSON'));
    const error = errorOf(chunk, event.event);
    if (error) return this.fail({ kind: 'error', error: readVendorError(error) });
    return this.pushChunk(chunk);
  }

  end(reason: EndReason): StreamEvent[] {
    return this.over ? [] : this.finish(reason, false);
  }

  private pushChunk(chunk: JsonObject): StreamEvent[] {
    this.head.id ??= textOf(chunk.id);
    this.head.model ??= textOf(chunk.model);
    this.head.createdAt ??= countOf(chunk.created);
    const out: StreamEvent[] = [];
    for (const choice of objectsOf(chunk.choices)) {
      if (Number(choice.index ?? 0) !== 0) continue;
      out.push(...this.begin(), ...this.pushChoice(choice));
      if (this.over) return out;
    }
    const usage = findChatUsage(chunk);
    if (usage) out.push(...this.begin(), { kind: 'usage', usage });
    return out;
  }

  private pushChoice(choice: JsonObject): StreamEvent[] {
    const delta = objectOf(choice.delta) ?? objectOf(choice.message) ?? {};
    const out: StreamEvent[] = [];
    for (const piece of this.pieces.read(delta)) this.say(piece, out);
    if (delta.annotations) out.push(...this.cite(listOf(delta.annotations)));
    for (const { mimeType, data } of readImages(delta)) {
      const block = this.blocks++;
      out.push(...this.closeOpen(), {
        kind: 'block-start',
        block,
        content: { kind: 'media', mimeType, data },
      });
      out.push({ kind: 'block-end', block });
    }
    for (const fragment of readCalls(delta)) out.push(...this.closeOpen(), ...this.calls.push(fragment));
    this.matched ??= readMatchedStop(choice);
    this.stop ??= readFinishReason(choice);
    if (this.stop !== 'error') return out;
    const message = 'The provider ended the stream with an error.';
    return [...out, ...this.fail({ kind: 'error', error: { message, code: textOf(choice.finish_reason) } })];
  }

  private say({ kind, text }: Piece, out: StreamEvent[]): void {
    if (this.open?.kind !== kind) {
      out.push(...this.closeOpen());
      this.open = { block: this.blocks++, kind };
      out.push({ kind: 'block-start', block: this.open.block, content: { kind } });
    }
    if (kind === 'refusal') this.refused = true;
    out.push({ kind: 'block-delta', block: this.open.block, delta: { kind, text } });
  }

  private cite(citations: readonly Json[]): StreamEvent[] {
    if (citations.length === 0 || this.open?.kind !== 'text') return [];
    return [{ kind: 'block-delta', block: this.open.block, delta: { kind: 'citations', citations } }];
  }

  private closeOpen(): StreamEvent[] {
    const open = this.open;
    this.open = undefined;
    return open ? [{ kind: 'block-end', block: open.block }] : [];
  }

  private begin(): StreamEvent[] {
    if (this.started) return [];
    this.started = true;
    return [{ kind: 'start', ...this.head }];
  }

  private fail(error: StreamEvent): StreamEvent[] {
    this.over = true;
    return [...this.begin(), error];
  }

  private finish(reason: EndReason, withoutReason: boolean): StreamEvent[] {
    const stop = this.stop ?? (withoutReason ? 'end' : undefined);
    if (stop === undefined) return this.fail({ kind: 'interrupted', reason });
    const calls = this.calls.close();
    if (!calls) return this.fail(malformedEvent('a tool call without a name'));
    const said = {
      wholeCalls: this.calls.wholeCount,
      calls: this.calls.count,
      refusal: this.refused,
      matched: this.matched,
    };
    this.over = true;
    return [...this.begin(), ...this.closeOpen(), ...calls, { kind: 'finish', ...settleStop(stop, said) }];
  }
}

export const createChatStreamDecoder = (options: StreamDecoderOptions): Machine<SseEvent, StreamEvent> =>
  new ChatStreamDecoder(options.capabilities);
