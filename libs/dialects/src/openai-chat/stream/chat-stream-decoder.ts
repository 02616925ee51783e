import type { Json, JsonObject } from '@turnpike/kernel';
import type { ChoiceEvent, EndReason, Machine, SseEvent, StopReason, StreamEvent } from '@turnpike/protocol';
import { countOf, malformedEvent, objectsOf, parseEventData, readVendorError, textOf } from '../../answer';
import type { StreamDecoderOptions } from '../../dialect';
import { VENDOR } from '../response/read-said';
import { findChatUsage } from '../usage';
import { ChoiceReader } from './choice-reader';

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
  private readonly head: { id?: string; model?: string; createdAt?: number } = {};
  private readonly vendor: string;
  private readonly first: ChoiceReader;
  private readonly others = new Map<number, ChoiceReader>();
  private started = false;
  private over = false;

  constructor(private readonly options: StreamDecoderOptions) {
    this.vendor = options.vendor ?? VENDOR;
    this.first = new ChoiceReader(this.vendor);
  }

  push(event: SseEvent): StreamEvent[] {
    if (this.over) return [];
    if (event.data.trim() === '[DONE]')
      return this.finish('complete', this.options.capabilities.noFinishReason === true);
    const chunk = parseEventData(event.data);
    if (!chunk) return this.pushMalformed();
    const error = errorOf(chunk, event.event);
    if (error) return this.fail({ kind: 'error', error: readVendorError(error) });
    return this.pushChunk(chunk);
  }

  end(reason: EndReason): StreamEvent[] {
    return this.over ? [] : this.finish(reason, false);
  }

  /** Behind the finish nothing but usage can be lost. */
  private pushMalformed(): StreamEvent[] {
    const isSaid = this.first.stop !== undefined;
    return isSaid ? [] : this.fail(malformedEvent('a stream event that is not JSON'));
  }

  private pushChunk(chunk: JsonObject): StreamEvent[] {
    this.head.id ??= textOf(chunk.id);
    this.head.model ??= textOf(chunk.model);
    this.head.createdAt ??= countOf(chunk.created);
    const out: StreamEvent[] = [];
    for (const choice of objectsOf(chunk.choices)) {
      out.push(...this.begin(), ...this.pushChoice(choice));
      if (this.over) return out;
    }
    const usage = findChatUsage(chunk);
    if (usage) out.push(...this.begin(), { kind: 'usage', usage });
    return out;
  }

  private pushChoice(choice: JsonObject): StreamEvent[] {
    const index = Number(choice.index ?? 0);
    if (index !== 0) return Number.isSafeInteger(index) && index > 0 ? this.pushOther(index, choice) : [];
    const out: StreamEvent[] = this.first.push(choice);
    if (this.first.stop !== 'error') return out;
    const message = 'The provider ended the stream with an error.';
    return [...out, ...this.fail({ kind: 'error', error: { message, code: textOf(choice.finish_reason) } })];
  }

  private pushOther(index: number, choice: JsonObject): StreamEvent[] {
    const reader = this.others.get(index) ?? new ChoiceReader(this.vendor);
    this.others.set(index, reader);
    return within(index, reader.push(choice));
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

  /** The ends of the others, then that of the first. undefined: one of them did not say how it ended, or cannot be read. */
  private ends(fallback: StopReason | undefined): StreamEvent[] | 'unfinished' | undefined {
    const out: StreamEvent[] = [];
    for (const [index, reader] of this.others) {
      const stop = reader.stop ?? fallback;
      if (stop === undefined || stop === 'error') return 'unfinished';
      const end = reader.finish(stop);
      if (!end) return undefined;
      out.push(...within(index, end));
    }
    const stop = this.first.stop ?? fallback;
    if (stop === undefined) return 'unfinished';
    const end = this.first.finish(stop);
    return end && [...out, ...end];
  }

  private finish(reason: EndReason, withoutReason: boolean): StreamEvent[] {
    const ends = this.ends(withoutReason ? 'end' : undefined);
    if (ends === 'unfinished') return this.fail({ kind: 'interrupted', reason });
    if (!ends) return this.fail(malformedEvent('a tool call without a name'));
    this.over = true;
    return [...this.begin(), ...ends];
  }
}

const within = (choice: number, events: readonly ChoiceEvent[]): StreamEvent[] =>
  events.map((event) => ({ kind: 'choice', choice, event }));

export const createChatStreamDecoder = (options: StreamDecoderOptions): Machine<SseEvent, StreamEvent> =>
  new ChatStreamDecoder(options);
