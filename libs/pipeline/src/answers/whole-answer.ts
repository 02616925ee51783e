import type { AnswerReading, AnswerView, Dialect, UpstreamDialect } from '@turnpike/dialects';
import { GatewayError, isObject, parseJson, stringifyJson, type JsonObject } from '@turnpike/kernel';
import {
  restoreResponse,
  unfoldResponse,
  type ChatResponse,
  type EndReason,
  type Restoration,
} from '@turnpike/protocol';
import { NOTHING_YET, type Answer, type Progress } from './answer';
import { CanonicalProgress } from './canonical-progress';
import { readListedAnswer } from './listed-answer';
import { callsOf, noCalls, type Keeps, type Remains } from './remains';

/** Collects an upstream body that has to be whole before anything can be said about it; the attempt bounds its size. */
export abstract class WholeBody implements Answer {
  abstract readonly progress: Progress;
  readonly live: boolean = false;
  protected ready: Buffer | string | undefined;
  private readonly chunks: Buffer[] = [];

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  end(reason: EndReason): void {
    if (reason !== 'complete') return;
    const only = this.chunks[0];
    this.digest(this.chunks.length === 1 && only ? only : Buffer.concat(this.chunks));
  }

  take(): Buffer | string | undefined {
    const out = this.ready;
    this.ready = undefined;
    return out;
  }

  /** Sets `progress` and `ready`; a body that is no answer leaves progress unfinished. */
  protected abstract digest(body: Buffer): void;
}

/** JSON knows no byte order mark, and some servers write one. */
const withoutMark = (body: Buffer): Buffer =>
  body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : body;

const progressOf = (reading: AnswerReading): Progress => ({
  content: reading.content,
  // JSON that says neither how it ended nor anything else is no answer.
  finished: reading.error === undefined && (reading.stop !== undefined || reading.content),
  stop: reading.stop,
  usage: reading.usage,
  error: reading.error,
  textBytes: reading.textBytes,
});

/** Same dialect on both sides: the provider's bytes, read once for usage. */
export class WholePassthrough extends WholeBody {
  progress: Progress = NOTHING_YET;

  private body: Buffer | undefined;

  constructor(
    private readonly dialect: Dialect,
    private readonly keeps?: Keeps,
  ) {
    super();
  }

  get remains(): Remains {
    return { calls: noCalls, response: () => this.body && readObject(this.body) };
  }

  protected digest(body: Buffer): void {
    try {
      this.progress = progressOf(this.dialect.readAnswer(withoutMark(body)));
    } catch {
      return;
    }
    this.ready = body;
    if (this.keeps?.response) this.body = withoutMark(body);
  }
}

function readObject(body: Buffer): JsonObject | undefined {
  const json = parseJson(body.toString('utf8'));
  return isObject(json) ? json : undefined;
}

export interface WholeTranslation {
  readonly upstream: UpstreamDialect;
  readonly client: Dialect;
  readonly restoration: Restoration;
  readonly view: AnswerView;
  readonly keeps?: Keeps;
  /** Whose signatures the upstream's are. */
  readonly vendor: string;
}

/** Reads a whole JSON answer into the canonical form; undefined when it is none. */
function readWhole(body: Buffer, options: WholeTranslation): ChatResponse | Progress | undefined {
  const { upstream, restoration, vendor } = options;
  try {
    if (body.includes('"error"')) {
      const reading = upstream.readAnswer(body);
      if (reading.error) return progressOf(reading);
    }
    const text = body.toString('utf8');
    const json = parseJson(text);
    if (!isObject(json) && !Array.isArray(json)) return undefined;
    const read = isObject(json)
      ? upstream.decodeResponse(json, vendor)
      : readListedAnswer(text, upstream, vendor);
    if (read && 'error' in read) return { ...NOTHING_YET, error: read.error };
    // Not every vendor calls its errors so: what a failed answer says of itself is asked of its reader.
    const failed = read?.stop === 'error' ? upstream.readAnswer(body) : undefined;
    if (failed?.error) return progressOf(failed);
    return read && restoreResponse(read, restoration);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof GatewayError) return undefined;
    throw error;
  }
}

abstract class WholeTranslator extends WholeBody {
  progress: Progress = NOTHING_YET;
  /** As the client got it. */
  protected written: (() => JsonObject | undefined) | undefined;
  private read: ChatResponse | undefined;

  constructor(protected readonly options: WholeTranslation) {
    super();
  }

  get remains(): Remains {
    return {
      calls: () => (this.read ? callsOf(this.read) : []),
      response: () => (this.options.keeps?.response ? this.written?.() : undefined),
    };
  }

  protected digest(body: Buffer): void {
    const read = readWhole(withoutMark(body), this.options);
    if (read === undefined) return;
    if ('finished' in read) {
      this.progress = read;
      return;
    }
    if (read.stop === 'error' || read.stop === 'malformed_call') {
      const message = `The provider ended its answer with ${read.stop.replace('_', ' ')}.`;
      this.progress = {
        ...NOTHING_YET,
        ...(read.usage && { usage: read.usage }),
        error: { message, code: read.stop },
      };
      return;
    }
    const progress = new CanonicalProgress();
    progress.noteResponse(read);
    this.progress = progress;
    if (this.options.keeps?.calls) this.read = read;
    this.ready = this.render(read);
  }

  protected abstract render(response: ChatResponse): string;
}

/** JSON in one dialect to JSON in another. */
export class WholeTranslate extends WholeTranslator {
  protected render(response: ChatResponse): string {
    const body = this.options.client.encodeResponse(response, this.options.view);
    this.written = () => body;
    return stringifyJson(body);
  }
}

/** The upstream answered a stream request with one JSON body: the whole becomes a stream. */
export class JsonAsStream extends WholeTranslator {
  override readonly live = true;

  protected render(response: ChatResponse): string {
    const encoder = this.options.client.createStreamEncoder(this.options.view);
    let out = '';
    for (const event of unfoldResponse(response)) out += encoder.push(event).join('');
    const whole = out + encoder.end('complete').join('');
    this.written = () => this.options.client.conversation?.readEnd(whole);
    return whole;
  }
}
