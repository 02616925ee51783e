import { createOperationTap, readJsonAnswer, type JsonAnswerReading } from '@turnpike/dialects';
import type { EndReason, StopReason } from '@turnpike/protocol';
import { NOTHING_YET, type Answer, type Metering, type Progress } from '../answers/answer';
import { PassthroughStream } from '../answers/passthrough-stream';
import { WholeBody } from '../answers/whole-answer';

export interface ForwardOptions {
  /** What it means that an answer tells no figures; absent: tokens, which can be estimated. */
  readonly silence?: 'free' | 'hidden' | 'pictures';
  /** The client reads events, although the provider answered with one body. */
  readonly asStream?: boolean;
  /** Writes the body anew where the client could not read it. */
  readonly reshape?: (body: Buffer) => Buffer | string;
}

/** One JSON body, passed on as it is and read for what it cost. */
export class ForwardedJson extends WholeBody {
  progress: Progress = NOTHING_YET;
  override readonly live: boolean;

  constructor(private readonly options: ForwardOptions) {
    super();
    this.live = options.asStream ?? false;
  }

  protected digest(body: Buffer): void {
    try {
      const reading = readJsonAnswer(body);
      const { content, error, usage } = reading;
      const metering = this.meter(reading);
      const finished = content && !error;
      this.progress = {
        content,
        finished,
        stop: finished ? 'end' : undefined,
        usage,
        error,
        textBytes: 0,
        metering,
      };
      if (finished) this.ready = this.write(body);
    } catch {
      this.progress = NOTHING_YET;
    }
  }

  private meter({ usage, units, elements }: JsonAnswerReading): Metering {
    if (units) return { units };
    const { silence } = this.options;
    if (usage || silence === undefined) return {};
    return silence === 'pictures' ? { units: { image: elements } } : { told: silence };
  }

  private write(body: Buffer): Buffer | string {
    if (this.live) return `data: ${body.toString('utf8').replace(/[\r\n]+/g, ' ')}\n\ndata: [DONE]\n\n`;
    return this.options.reshape?.(body) ?? body;
  }
}

/** A body of text (subtitles, plain transcripts): it cannot say what it cost. */
export class ForwardedText extends WholeBody {
  progress: Progress = NOTHING_YET;

  constructor(readonly contentType: string) {
    super();
  }

  protected digest(body: Buffer): void {
    // Silence has an empty transcript.
    const metering: Metering = { told: 'hidden' };
    this.progress = { ...NOTHING_YET, content: true, finished: true, stop: 'end', metering };
    this.ready = body;
  }
}

/** Sound: leaves as it comes. A connection that breaks is the only end but a clean one. */
export class ForwardedBytes implements Answer, Progress {
  readonly live = true;
  content = false;
  finished = false;
  readonly usage = undefined;
  readonly error = undefined;
  readonly textBytes = 0;
  readonly metering: Metering = { told: 'hidden' };
  private ready: Buffer[] = [];

  constructor(readonly contentType: string) {}

  get progress(): Progress {
    return this;
  }

  get stop(): StopReason | undefined {
    return this.finished ? 'end' : undefined;
  }

  push(chunk: Buffer): void {
    this.content ||= chunk.length > 0;
    this.ready.push(chunk);
  }

  end(reason: EndReason): void {
    this.finished = reason === 'complete' && this.content;
  }

  take(): Buffer | undefined {
    const [first] = this.ready;
    const out = this.ready.length > 1 ? Buffer.concat(this.ready) : first;
    this.ready = [];
    return out;
  }
}

/** Events, passed on as they are. */
export class ForwardedStream extends PassthroughStream {
  constructor(
    hideUsage: boolean,
    streamEnd: string,
    private readonly operationTap = createOperationTap(),
  ) {
    super(operationTap, { hideUsage, streamEnd }, () => undefined);
  }

  get metering(): Metering {
    const { units } = this.operationTap;
    return units ? { units } : {};
  }
}

const KNOWN_TYPE = /^[\w.+-]+\/[\w.+-]+(?:\s*;\s*[\w-]+=(?:"[^"\\]*"|[\w.+-]+))*$/;

/** A provider's content type as a header of ours: something that is none is bytes. */
export const cleanType = (contentType: string): string =>
  KNOWN_TYPE.test(contentType) ? contentType : 'application/octet-stream';
