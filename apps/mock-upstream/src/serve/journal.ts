import type { IncomingHttpHeaders } from 'node:http';
import type { Json } from '@turnpike/kernel';
import type { WireForm } from '../wire/wire-request';
import type { AnswerUsage } from '../answer/answer';
import type { LimitKind } from '../limits/limit-pool';

/** What the limits of its credential said of a request. */
export interface Admission {
  /** When they were asked, in milliseconds since the epoch. */
  readonly atMs: number;
  readonly pool: string;
  readonly admitted: boolean;
  readonly refusedBy?: LimitKind;
  readonly estimatedTokens: number;
  /** Requests of the pool under way, this one included when it was let through. */
  readonly inFlight: number;
  /** What was charged in the end. */
  usedTokens?: number;
}

/** One request as it came and what became of it. Times are milliseconds since the epoch. */
export interface JournalEntry {
  readonly n: number;
  readonly upstream: string;
  readonly port: number;
  readonly receivedAtMs: number;
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  dialect?: string;
  operation?: string;
  model?: string;
  credential?: string;
  /** The `id` of the request's plan. */
  id?: string;
  raw: string;
  /** What a multipart body held; of files their sizes and hashes. */
  form?: WireForm;
  /** When the first and the last byte of the body came: far apart where the caller streamed it. */
  bodyStartedAtMs?: number;
  bodyEndedAtMs?: number;
  body?: Json;
  /** Where limits are in force. */
  admission?: Admission;
  /** What a strict check complained about. */
  complaint?: string;
  /** The fault that hit this request. */
  fault?: string;
  /** Status of the answer; 0 when the connection was dropped before it. */
  status?: number;
  streamed?: boolean;
  bytesSent: number;
  /** Stream events written. */
  eventsSent: number;
  /** The usage that the answer stated. */
  usage?: AnswerUsage;
  /** The answer went out to its regular end. */
  complete: boolean;
  /** The provider broke the answer off itself. */
  cut: boolean;
  /** The caller hung up before the answer was out. */
  callerLeftAtMs?: number;
  endedAtMs?: number;
}

/** The last `limit` requests, oldest first. */
export class Journal {
  readonly #limit: number;
  #entries: JournalEntry[] = [];
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** Requests received in all, forgotten ones included. */
  get received(): number {
    return this.#count;
  }

  open(
    fields: Omit<JournalEntry, 'n' | 'raw' | 'bytesSent' | 'eventsSent' | 'complete' | 'cut'>,
  ): JournalEntry {
    const entry: JournalEntry = {
      n: this.#count++,
      raw: '',
      bytesSent: 0,
      eventsSent: 0,
      complete: false,
      cut: false,
      ...fields,
    };
    this.#entries.push(entry);
    if (this.#entries.length > this.#limit * 2)
      this.#entries = this.#entries.slice(this.#entries.length - this.#limit);
    return entry;
  }

  /** The requests of one plan id, in order of arrival; counts are none. */
  of(id: string): JournalEntry[] {
    return this.#entries.filter((entry) => entry.id === id && entry.operation !== 'count-tokens');
  }

  last(): JournalEntry | undefined {
    return this.#entries.at(-1);
  }

  /** Requests being answered now. */
  inFlight(): number {
    return this.#entries.filter((entry) => entry.endedAtMs === undefined).length;
  }

  clear(): void {
    this.#entries = [];
  }
}
