import { stringifyJson } from '@turnpike/kernel';
import {
  createFold,
  createRestoreMachine,
  createSseParser,
  type EndReason,
  type Machine,
  type SseEvent,
  type StreamEvent,
} from '@turnpike/protocol';
import type { Answer } from './answer';
import { CanonicalProgress } from './canonical-progress';
import type { TranslateOptions } from './translate-stream';

/** The upstream streams although a whole answer was asked for: accumulated and written as one. */
export class StreamAsWhole implements Answer {
  readonly progress = new CanonicalProgress();
  private readonly parser = createSseParser();
  private readonly decoder: Machine<SseEvent, StreamEvent>;
  private readonly restore: Machine<StreamEvent, StreamEvent>;
  private readonly fold = createFold();
  private ready: string | undefined;

  constructor(private readonly options: TranslateOptions) {
    this.decoder = options.upstream.createStreamDecoder({
      capabilities: options.capabilities,
      vendor: options.vendor,
    });
    this.restore = createRestoreMachine(options.restoration);
  }

  push(chunk: Buffer): void {
    for (const event of this.parser.push(chunk)) this.pass(this.decoder.push(event));
  }

  end(reason: EndReason): void {
    if (reason === 'complete') for (const event of this.parser.end()) this.pass(this.decoder.push(event));
    this.pass(this.decoder.end(reason));
    for (const event of this.restore.end(reason)) this.note(event);
    if (!this.progress.finished) return;
    this.ready = stringifyJson(this.options.client.encodeResponse(this.fold.response(), this.options.view));
  }

  take(): string | undefined {
    const out = this.ready;
    this.ready = undefined;
    return out;
  }

  private pass(events: readonly StreamEvent[]): void {
    for (const event of events) for (const restored of this.restore.push(event)) this.note(restored);
  }

  private note(event: StreamEvent): void {
    this.progress.note(event);
    this.fold.push(event);
  }
}
