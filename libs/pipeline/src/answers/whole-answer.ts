import type { AnswerReading, AnswerView, Dialect } from '@turnpike/dialects';
import { GatewayError, isObject, parseJson, stringifyJson } from '@turnpike/kernel';
import {
  restoreResponse,
  unfoldResponse,
  type ChatResponse,
  type EndReason,
  type Restoration,
} from '@turnpike/protocol';
import type { Answer, Progress } from './answer';
import { CanonicalProgress } from './canonical-progress';

/** Collects an upstream body that has to be whole before anything can be said about it; the attempt bounds its size. */
export abstract class WholeBody implements Answer {
  abstract readonly progress: Progress;
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

const NOTHING: Progress = {
  content: false,
  finished: false,
  stop: undefined,
  usage: undefined,
  error: undefined,
  textBytes: 0,
};

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
  progress: Progress = NOTHING;

  constructor(private readonly dialect: Dialect) {
    super();
  }

  protected digest(body: Buffer): void {
    try {
      this.progress = progressOf(this.dialect.readAnswer(body));
    } catch {
      return;
    }
    this.ready = body;
  }
}

export interface WholeTranslation {
  readonly upstream: Dialect;
  readonly client: Dialect;
  readonly restoration: Restoration;
  readonly view: AnswerView;
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
    const json = parseJson(body.toString('utf8'));
    if (!isObject(json)) return undefined;
    return restoreResponse(upstream.decodeResponse(json, vendor), restoration);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof GatewayError) return undefined;
    throw error;
  }
}

abstract class WholeTranslator extends WholeBody {
  progress: Progress = NOTHING;

  constructor(protected readonly options: WholeTranslation) {
    super();
  }

  protected digest(body: Buffer): void {
    const read = readWhole(body, this.options);
    if (read === undefined) return;
    if ('finished' in read) {
      this.progress = read;
      return;
    }
    if (read.stop === 'error' || read.stop === 'malformed_call') {
      const message = `The provider ended its answer with ${read.stop.replace('_', ' ')}.`;
      this.progress = {
        ...NOTHING,
        ...(read.usage && { usage: read.usage }),
        error: { message, code: read.stop },
      };
      return;
    }
    const progress = new CanonicalProgress();
    progress.noteResponse(read);
    this.progress = progress;
    this.ready = this.render(read);
  }

  protected abstract render(response: ChatResponse): string;
}

/** JSON in one dialect to JSON in another. */
export class WholeTranslate extends WholeTranslator {
  protected render(response: ChatResponse): string {
    return stringifyJson(this.options.client.encodeResponse(response, this.options.view));
  }
}

/** The upstream answered a stream request with one JSON body: the whole becomes a stream. */
export class JsonAsStream extends WholeTranslator {
  protected render(response: ChatResponse): string {
    const encoder = this.options.client.createStreamEncoder(this.options.view);
    let out = '';
    for (const event of unfoldResponse(response)) out += encoder.push(event).join('');
    return out + encoder.end('complete').join('');
  }
}
