import { TokenBucket } from './token-bucket';

/** In whose words a pool tells what is left of it, and that nothing is. */
export const LIMIT_VOICES = ['openai', 'anthropic', 'groq', 'gemini', 'none'] as const;
export type LimitVoice = (typeof LIMIT_VOICES)[number];

/** Limits that some credentials share. */
export interface LimitPoolOptions {
  /** How the journal calls it; absent: its position. */
  readonly name?: string;
  /** `*`: whoever comes, with a credential or without. */
  readonly credentials: readonly string[] | '*';
  /** Requests and tokens per minute, requests per day: each a bucket that fills steadily. */
  readonly rpm?: number;
  readonly tpm?: number;
  readonly rpd?: number;
  /** How many requests a full bucket lets through at once; absent: as many as the limit. */
  readonly burst?: number;
  /** The same for tokens. */
  readonly tokenBurst?: number;
  /** Requests under way. */
  readonly concurrency?: number;
  readonly headers: LimitVoice;
}

export const LIMIT_KINDS = ['concurrency', 'rpd', 'rpm', 'tpm'] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];

/** Why a pool does not let a request through. */
export interface Refusal {
  readonly kind: LimitKind;
  readonly limit: number;
  readonly used: number;
  readonly requested: number;
  /** undefined: nobody knows; infinite: it will never fit. */
  readonly waitMs: number | undefined;
}

/** What is left of one limit. */
export interface Remainder {
  readonly limit: number;
  readonly remaining: number;
  readonly fullInMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

interface Meter {
  readonly limit: number;
  readonly bucket: TokenBucket;
}

/** The limits of one pool and what is left of them. */
export class LimitPool {
  readonly name: string;
  readonly voice: LimitVoice;
  readonly #credentials: readonly string[] | '*';
  readonly #concurrency: number | undefined;
  readonly #meters: ReadonlyMap<Exclude<LimitKind, 'concurrency'>, Meter>;
  /** Requests under way, let through and refused. */
  inFlight = 0;
  admitted = 0;
  refused = 0;

  constructor(options: LimitPoolOptions, name: string, nowMs: number) {
    const { rpm, tpm, rpd, burst, tokenBurst } = options;
    this.name = options.name ?? name;
    this.voice = options.headers;
    this.#credentials = options.credentials;
    this.#concurrency = options.concurrency;
    const meter = (limit: number, periodMs: number, capacity = limit): Meter => ({
      limit,
      bucket: new TokenBucket(capacity, limit / periodMs, nowMs),
    });
    this.#meters = new Map([
      ...(rpd === undefined ? [] : [['rpd', meter(rpd, DAY_MS)] as const]),
      ...(rpm === undefined ? [] : [['rpm', meter(rpm, MINUTE_MS, burst)] as const]),
      ...(tpm === undefined ? [] : [['tpm', meter(tpm, MINUTE_MS, tokenBurst)] as const]),
    ]);
  }

  holds(credential: string | undefined): boolean {
    return this.#credentials === '*' || this.#credentials.includes(credential ?? '');
  }

  /** The first limit that a request of so many tokens would break; nothing is taken. */
  refusalOf(tokens: number, nowMs: number): Refusal | undefined {
    const limit = this.#concurrency;
    if (limit !== undefined && this.inFlight >= limit)
      return { kind: 'concurrency', limit, used: this.inFlight, requested: 1, waitMs: undefined };
    for (const [kind, meter] of this.#meters) {
      const requested = kind === 'tpm' ? tokens : 1;
      const waitMs = meter.bucket.waitMs(requested, nowMs);
      if (waitMs <= 0) continue;
      const used = Math.max(0, Math.ceil(meter.limit - meter.bucket.level(nowMs)));
      return { kind, limit: meter.limit, used, requested, waitMs };
    }
    return undefined;
  }

  /** Takes what a request needs. Only after `refusalOf` found nothing. */
  enter(tokens: number, nowMs: number): void {
    this.inFlight++;
    this.admitted++;
    for (const [kind, { bucket }] of this.#meters) bucket.take(kind === 'tpm' ? tokens : 1, nowMs);
  }

  /** The request is over; `tokens` is what it took beyond what it entered with. */
  leave(tokens: number, nowMs: number): void {
    this.inFlight--;
    this.#meters.get('tpm')?.bucket.charge(tokens, nowMs);
  }

  remainder(kind: Exclude<LimitKind, 'concurrency'>, nowMs: number): Remainder | undefined {
    const meter = this.#meters.get(kind);
    if (!meter) return undefined;
    const { limit, bucket } = meter;
    const remaining = Math.max(0, Math.floor(bucket.level(nowMs)));
    return { limit, remaining, fullInMs: Math.ceil(bucket.fullInMs(nowMs)) };
  }
}
