import { CallTrace } from '@turnpike/continuity';
import type { Dialect, UpstreamDialect } from '@turnpike/dialects';
import {
  createRestoreMachine,
  createSseParser,
  type Capabilities,
  type EndReason,
  type EventReader,
  type Machine,
  type Restoration,
  type SseEvent,
  type StreamEvent,
} from '@turnpike/protocol';
import type { AnswerView } from '@turnpike/dialects';
import type { Answer } from './answer';
import { CanonicalProgress } from './canonical-progress';
import type { Keeps, Remains } from './remains';

export interface TranslateOptions {
  readonly upstream: UpstreamDialect;
  readonly client: Dialect;
  readonly capabilities: Capabilities;
  readonly restoration: Restoration;
  readonly view: AnswerView;
  readonly keeps?: Keeps;
  /** Whose signatures the upstream's are. */
  readonly vendor: string;
}

/** bytes -> SSE events -> canonical events -> SSE text. One write per upstream chunk, events joined. */
export class TranslateStream implements Answer {
  readonly live = true;
  readonly progress = new CanonicalProgress();
  private readonly parser: EventReader;
  private readonly decoder: Machine<SseEvent, StreamEvent>;
  private readonly restore: Machine<StreamEvent, StreamEvent>;
  private readonly encoder: Machine<StreamEvent, string>;
  private ready = '';
  private over = false;
  private readonly trace: CallTrace | undefined;
  /** The end of the stream as it was written. */
  private last = '';

  constructor(private readonly options: TranslateOptions) {
    if (options.keeps?.calls) this.trace = new CallTrace();
    this.parser = options.upstream.framing?.createReader() ?? createSseParser();
    this.decoder = options.upstream.createStreamDecoder({
      capabilities: options.capabilities,
      vendor: options.vendor,
    });
    this.restore = createRestoreMachine(options.restoration);
    this.encoder = options.client.createStreamEncoder(options.view);
  }

  push(chunk: Buffer): void {
    for (const event of this.parser.push(chunk)) this.decode(event);
  }

  end(reason: EndReason): void {
    if (reason === 'complete') for (const event of this.parser.end()) this.decode(event);
    if (this.over) return;
    for (const event of this.decoder.end(reason)) this.pass(event);
    for (const event of this.restore.end(reason)) this.emit(event);
  }

  get remains(): Remains {
    const { client, keeps } = this.options;
    return {
      calls: () => this.trace?.calls() ?? [],
      response: () => (keeps?.response ? client.conversation?.readEnd(this.last) : undefined),
    };
  }

  take(): string | undefined {
    const out = this.ready;
    this.ready = '';
    return out === '' ? undefined : out;
  }

  private decode(event: SseEvent): void {
    for (const canonical of this.decoder.push(event)) this.pass(canonical);
  }

  private pass(event: StreamEvent): void {
    for (const restored of this.restore.push(event)) this.emit(restored);
  }

  /** Ends that are no ends stay here: who runs the call decides what the client hears of them. */
  private emit(event: StreamEvent): void {
    if (this.over) return;
    this.progress.note(event);
    this.trace?.note(event);
    if (event.kind === 'error' || event.kind === 'interrupted') {
      this.over = true;
      return;
    }
    if (event.kind !== 'finish') {
      for (const text of this.encoder.push(event)) this.ready += text;
      return;
    }
    this.over = true;
    this.last = [...this.encoder.push(event), ...this.encoder.end('complete')].join('');
    this.ready += this.last;
  }
}
