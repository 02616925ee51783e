import { TAP, type StreamTap } from '@turnpike/dialects';
import {
  SseSplitter,
  type EndReason,
  type StopReason,
  type Usage,
  type VendorError,
} from '@turnpike/protocol';
import type { Answer, Progress } from './answer';
import { noCalls, type Remains } from './remains';

const NOTHING = Buffer.alloc(0);

export interface PassthroughOptions {
  /** The client did not ask for the usage chunk; we did. */
  readonly hideUsage: boolean;
  /** Added where the provider has finished without it. */
  readonly streamEnd: string;
  /** The provider never gives a reason: its last event alone is the finish. */
  readonly endsWithoutReason?: boolean;
}

/**
 * Same dialect on both sides: bytes go on as they came, cut only at event borders, so that a keep-alive or an error
 * event never lands inside an event. The tap reads on the side; when it fails, usage becomes an estimate.
 */
export class PassthroughStream implements Answer, Progress {
  readonly live = true;
  content = false;
  finished = false;
  private readonly splitter = new SseSplitter();
  private readonly ready: Buffer[] = [];
  private runStart = -1;
  private runEnd = -1;
  private runBytes: Buffer | undefined;
  private failed = false;
  private terminal = false;
  private readonly onEvent = (bytes: Buffer, start: number, end: number): void =>
    this.takeEvent(bytes, start, end);

  constructor(
    private readonly tap: StreamTap,
    private readonly options: PassthroughOptions,
    private readonly tapFailed: () => void,
  ) {}

  get progress(): Progress {
    return this;
  }

  get remains(): Remains {
    return { calls: noCalls, response: () => this.tap.response };
  }

  get stop(): StopReason | undefined {
    return this.tap.stop;
  }

  get usage(): Usage | undefined {
    return this.tap.usage;
  }

  get error(): VendorError | undefined {
    return this.tap.error;
  }

  get textBytes(): number {
    return this.tap.textBytes;
  }

  push(chunk: Buffer): void {
    this.splitter.push(chunk, this.onEvent);
    this.closeRun();
  }

  end(reason: EndReason): void {
    // A last event without its blank line is still an event when the body ended cleanly.
    const tail = reason === 'complete' ? this.splitter.tail() : NOTHING;
    if (tail.length > 0) {
      this.takeEvent(tail, 0, tail.length);
      this.closeRun();
    }
    // With a tap that failed, nobody can say whether the answer was finished: a clean end has to do.
    if (this.failed) this.finished ||= reason === 'complete';
    else if (this.finished && !this.terminal && !this.tap.error)
      this.ready.push(Buffer.from((tail.length > 0 ? '\n\n' : '') + this.options.streamEnd));
  }

  take(): Buffer | undefined {
    if (this.ready.length === 0) return undefined;
    const out = this.ready.length === 1 ? this.ready[0] : Buffer.concat(this.ready);
    this.ready.length = 0;
    return out;
  }

  private takeEvent(bytes: Buffer, start: number, end: number): void {
    const bits = this.inspect(bytes, start, end);
    if (bits & TAP.CONTENT) this.content = true;
    if (bits & (TAP.FINISH | TAP.TERMINAL))
      this.finished = this.finished || (bits & TAP.FINISH) !== 0 || this.tap.stop !== undefined;
    if (bits & TAP.TERMINAL) {
      this.terminal = true;
      this.finished ||= this.options.endsWithoutReason === true;
      // A last event of an answer that never finished would tell the client that it had.
      if (!this.finished) return this.closeRun();
    }
    // The provider's own error event is not passed on: it is rendered anew, without its secrets.
    if (bits & TAP.ERROR) return this.closeRun();
    if (this.options.hideUsage && bits & TAP.USAGE_ONLY) return this.closeRun();
    if (this.runBytes === bytes && this.runEnd === start) {
      this.runEnd = end;
      return;
    }
    this.closeRun();
    this.runBytes = bytes;
    this.runStart = start;
    this.runEnd = end;
  }

  /** Neighbouring events of one chunk leave as one piece of it. */
  private closeRun(): void {
    if (this.runBytes === undefined) return;
    this.ready.push(this.runBytes.subarray(this.runStart, this.runEnd));
    this.runBytes = undefined;
  }

  private inspect(bytes: Buffer, start: number, end: number): number {
    if (this.failed) return TAP.CONTENT;
    try {
      // A byte order mark goes on as it came, and is no part of the first line.
      const from = bytes[start] === 0xef ? start + 3 : start;
      return this.tap.inspect(bytes, from, end);
    } catch {
      this.failed = true;
      this.tapFailed();
      return TAP.CONTENT;
    }
  }
}
