import type { DestinationStream } from 'pino';
import { writeMembers } from './write-members';

/** One call as an access line; what is undefined is left out. */
export type AccessFields = object;

/** Writes access lines. One per call, so they bypass the logger: its serialisers cost ten times the line itself. */
export interface AccessLog {
  write(atMs: number, fields: AccessFields): void;
}

/** A line waits this long at most, and lines of this many characters together go at once. */
const FLUSH_MS = 100;
const BATCH_CHARS = 64 * 1024;
const MS_PER_S = 1000;

export interface AccessLogOptions {
  readonly destination: DestinationStream & { flushSync?(): void };
  readonly service?: string;
}

/**
 * JSON lines in the shape of the logger's own. Lines are kept as the pieces they are made of and joined once per batch:
 * a buffer that grows by `+=` is copied with every line that is looked at.
 */
class BatchedAccessLog implements AccessLog {
  private pieces: string[] = [];
  private chars = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly tail: string;
  private secondMs = Number.NaN;
  /** The time up to the point before its milliseconds. */
  private second = '';

  constructor(private readonly options: AccessLogOptions) {
    const { service } = options;
    this.tail = `${service === undefined ? '' : `,"service":${JSON.stringify(service)}`},"msg":"call"}\n`;
  }

  write(atMs: number, fields: AccessFields): void {
    const line = `{"level":"info","time":"${this.timeOf(atMs)}"${writeMembers(fields)}${this.tail}`;
    this.pieces.push(line);
    this.chars += line.length;
    if (this.chars > BATCH_CHARS) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), FLUSH_MS).unref();
  }

  /** RFC 3339. Lines of one second differ in their last digits alone; written anew each of them cost 1.5 us. */
  private timeOf(atMs: number): string {
    const ms = atMs % MS_PER_S;
    if (atMs - ms !== this.secondMs) {
      this.secondMs = atMs - ms;
      this.second = new Date(this.secondMs).toISOString().slice(0, -'000Z'.length);
    }
    return `${this.second}${String(ms).padStart(3, '0')}Z`;
  }

  /** At exit there is no later turn in which the destination could write. */
  flushAtExit(): void {
    this.flush();
    this.options.destination.flushSync?.();
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pieces.length === 0) return;
    const text = this.pieces.join('');
    this.pieces = [];
    this.chars = 0;
    this.options.destination.write(text);
  }
}

export function createAccessLog(options: AccessLogOptions): AccessLog {
  const log = new BatchedAccessLog(options);
  process.once('exit', () => log.flushAtExit());
  return log;
}
