import type { Clock } from '@turnpike/kernel';
import { CredentialFailure } from '../domain/authorizer';

export interface FreshToken<T> {
  readonly value: T;
  /** Epoch milliseconds; absent: it does not expire. */
  readonly expiresAtMs?: number;
}

interface HeldToken<T> extends FreshToken<T> {
  readonly fetchedAtMs: number;
  /** From here on a new one is fetched beside the calls. */
  readonly refreshAtMs: number;
  /** From here on it is no longer sent. */
  readonly unusableAtMs: number;
}

/** Longest time before its end that a token is replaced. */
const EARLY_MS = 5 * 60_000;
/** A token that ends on its way is refused. */
const SLACK_MS = 30_000;
/** Of a short-lived token's life, at most this share. */
const EARLY_SHARE = 0.2;
const SLACK_SHARE = 0.05;
/** Nobody asks again so soon after a refusal: calls that come in the meantime hear the same. */
const PAUSE_MS = 2_000;

/**
 * One credential's token: kept until it ends, replaced early, and never fetched twice at a time. A refresh that fails
 * while the old token still holds harms nobody.
 */
export class KeptToken<T> {
  private held: HeldToken<T> | undefined;
  private pending: Promise<T> | undefined;
  private failed: { readonly error: unknown; readonly untilMs: number } | undefined;

  constructor(
    private readonly fetch: () => Promise<FreshToken<T>>,
    private readonly clock: Clock,
  ) {}

  /** @throws CredentialFailure as a rejection, at the latest after `limitMs`. */
  take(limitMs: number): T | Promise<T> {
    const nowMs = this.clock();
    const { held } = this;
    if (held && nowMs < held.unusableAtMs) {
      if (nowMs >= held.refreshAtMs && !this.isPausing(nowMs)) this.refresh().catch(() => undefined);
      return held.value;
    }
    if (this.failed && this.isPausing(nowMs)) return Promise.reject(this.failed.error);
    return waitAtMost(this.refresh(), limitMs);
  }

  /** Forgets a token that is older than `sinceMs`; true when the next call gets another one. */
  drop(sinceMs: number): boolean {
    if (!this.held) return this.pending !== undefined;
    if (this.held.fetchedAtMs < sinceMs) this.held = undefined;
    return this.held === undefined;
  }

  private isPausing(nowMs: number): boolean {
    return this.failed !== undefined && nowMs < this.failed.untilMs;
  }

  private refresh(): Promise<T> {
    this.pending ??= this.fetchOnce().finally(() => (this.pending = undefined));
    return this.pending;
  }

  private async fetchOnce(): Promise<T> {
    try {
      const fresh = await this.fetch();
      this.held = this.hold(fresh);
      this.failed = undefined;
      return fresh.value;
    } catch (error) {
      this.failed = { error, untilMs: this.clock() + PAUSE_MS };
      throw error;
    }
  }

  private hold(fresh: FreshToken<T>): HeldToken<T> {
    const fetchedAtMs = this.clock();
    const { expiresAtMs = Infinity } = fresh;
    const life = expiresAtMs - fetchedAtMs;
    return {
      ...fresh,
      fetchedAtMs,
      refreshAtMs: expiresAtMs - Math.min(EARLY_MS, life * EARLY_SHARE),
      unusableAtMs: expiresAtMs - Math.min(SLACK_MS, life * SLACK_SHARE),
    };
  }
}

/** Whoever waits may leave; the fetch goes on for the others. */
function waitAtMost<T>(promise: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const late = new CredentialFailure('unreachable', 'the credential gave no token in time');
    timer = setTimeout(() => reject(late), Math.max(1, limitMs));
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}
