import type { JsonObject } from '@turnpike/kernel';
import type { ChoiceEvent, EndReason, Machine, SseEvent, StreamEvent } from '@turnpike/protocol';
import { malformedEvent, readVendorError, textOf } from '../../answer';
import type { StreamDecoderOptions } from '../../dialect';
import { VENDOR } from '../gemini-id';
import { candidatesOf, numberOfCandidate, readCreateTime } from '../response/decode-gemini-response';
import { isPromptBlocked, readBlockMessage, stopError } from '../response/gemini-stop';
import { GeminiUsage } from '../usage';
import { camelMembers } from '../wire';
import { CandidateReader } from './candidate-reader';
import { parseChunks } from './parse-chunks';

/**
 * Chunks to canonical events. The finish is told at the end of the body, because usage may come after the reason;
 * without any reason the stream is broken, not finished.
 */
class GeminiStreamDecoder implements Machine<SseEvent, StreamEvent> {
  private readonly usage = new GeminiUsage();
  private readonly first: CandidateReader;
  private readonly others = new Map<number, CandidateReader>();
  private started = false;
  private over = false;

  constructor(private readonly vendor: string) {
    this.first = new CandidateReader(vendor);
  }

  push(event: SseEvent): StreamEvent[] {
    if (this.over || event.data.trim() === '[DONE]') return [];
    const chunks = parseChunks(event.data);
    if (!chunks) return this.fail(malformedEvent('a stream event that is not JSON'));
    const out: StreamEvent[] = [];
    for (const chunk of chunks) if (!this.over) out.push(...this.pushChunk(camelMembers(chunk)));
    return out;
  }

  end(reason: EndReason): StreamEvent[] {
    if (this.over) return [];
    const { stop } = this.first;
    const unfinished = [...this.others.values()].some((reader) => reader.stop === undefined);
    if (stop === undefined || unfinished) return this.fail({ kind: 'interrupted', reason });
    this.over = true;
    const out = this.begin({});
    for (const [choice, reader] of this.others)
      out.push(...within(choice, reader.finish(reader.stop ?? 'end')));
    return [...out, ...this.first.finish(stop)];
  }

  private pushChunk(chunk: JsonObject): StreamEvent[] {
    if (chunk.error) return this.fail({ kind: 'error', error: readVendorError(chunk.error) });
    const candidates = candidatesOf(chunk);
    const out = this.begin(chunk);
    for (const candidate of candidates) out.push(...this.pushCandidate(candidate));
    if (this.usage.take(chunk.usageMetadata)) out.push({ kind: 'usage', usage: this.usage.partial() });
    if (candidates.length === 0 && isPromptBlocked(chunk)) {
      this.first.stop ??= 'filtered';
      this.first.stopDetails ??= readBlockMessage(chunk);
    }
    const failed = candidates.find((candidate) => this.hasFailed(candidate));
    return failed ? [...out, ...this.fail({ kind: 'error', error: stopError(failed) })] : out;
  }

  private pushCandidate(candidate: JsonObject): StreamEvent[] {
    const choice = numberOfCandidate(candidate);
    if (choice === 0) return this.first.push(candidate);
    if (choice === undefined) return [];
    const reader = this.others.get(choice) ?? new CandidateReader(this.vendor);
    this.others.set(choice, reader);
    return within(choice, reader.push(candidate));
  }

  /** An answer is none where one of its candidates ended in an error. */
  private hasFailed(candidate: JsonObject): boolean {
    const choice = numberOfCandidate(candidate);
    const reader = choice === 0 ? this.first : this.others.get(choice ?? -1);
    return reader?.stop === 'error' || reader?.stop === 'malformed_call';
  }

  private begin(chunk: JsonObject): StreamEvent[] {
    if (this.started) return [];
    this.started = true;
    const id = textOf(chunk.responseId);
    const model = textOf(chunk.modelVersion);
    const createdAt = readCreateTime(chunk);
    return [
      {
        kind: 'start',
        ...(id === undefined ? {} : { id }),
        ...(model === undefined ? {} : { model }),
        ...(createdAt === undefined ? {} : { createdAt }),
      },
    ];
  }

  private fail(error: StreamEvent): StreamEvent[] {
    this.over = true;
    return [...this.begin({}), error];
  }
}

const within = (choice: number, events: readonly ChoiceEvent[]): StreamEvent[] =>
  events.map((event) => ({ kind: 'choice', choice, event }));

export const createGeminiStreamDecoder = (options: StreamDecoderOptions): Machine<SseEvent, StreamEvent> =>
  new GeminiStreamDecoder(options.vendor ?? VENDOR);
