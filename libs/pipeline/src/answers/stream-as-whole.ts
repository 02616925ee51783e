import { stringifyJson, type JsonObject } from '@turnpike/kernel';
import {
  createFold,
  createRestoreMachine,
  createSseParser,
  type EndReason,
  type EventReader,
  type Machine,
  type SseEvent,
  type StreamEvent,
} from '@turnpike/protocol';
import type { Answer } from './answer';
import { CanonicalProgress } from './canonical-progress';
import { callsOf, type Remains } from './remains';
import type { TranslateOptions } from './translate-stream';

/** The upstream streams although a whole answer was asked for: accumulated and written as one. */
export class StreamAsWhole implements Answer {
  readonly live = false;
  readonly progress = new CanonicalProgress();
  private readonly parser: EventReader;
  private readonly decoder: Machine<SseEvent, StreamEvent>;
  private readonly restore: Machine<StreamEvent, StreamEvent>;
  private readonly fold = createFold();
  private ready: string | undefined;
  private written: JsonObject | undefined;

  constructor(private readonly options: TranslateOptions) {
    this.parser = options.upstream.framing?.createReader() ?? createSseParser();
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
    const written = this.options.client.encodeResponse(this.fold.response(), this.options.view);
    this.ready = stringifyJson(written);
    if (this.options.keeps?.response) this.written = written;
  }

  get remains(): Remains {
    return { calls: () => callsOf(this.fold.response()), response: () => this.written };
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
