import type { Failure } from '@turnpike/protocol';
import {
  cooldownKey,
  cooldownLength,
  keysOf,
  STRIKE_WINDOW_MS,
  type CooldownSubject,
} from '../domain/cooldown-rules';
import { Cooldowns, type Cooldown } from '../domain/types';

interface Entry {
  readonly cooldown: Cooldown;
  readonly startedMs: number;
  /** When each strike of the rolling window fell, the last one last. */
  readonly strikesMs: readonly number[];
}

type ByClass = ReadonlyMap<Failure['class'], Entry>;

/** Client-chosen model names can reach a provider and fail there, hence the bound. */
const MAX_KEYS = 10_000;
const MAX_STRIKES = 8;
/** How soon after its end a stated wait counts as too short when the provider refuses again. */
const RIGHT_AFTER_MS = 5_000;

/** Cooldowns of this process. Strikes outlive their wait by up to 24 h; one success forgets them. */
export class MemoryCooldowns extends Cooldowns {
  readonly #entries = new Map<string, ByClass>();
  #sweepAtMs = 0;

  find(candidate: CooldownSubject, nowMs: number): Cooldown | undefined {
    if (this.#entries.size === 0) return undefined;
    let latest: Cooldown | undefined;
    for (const key of keysOf(candidate)) {
      for (const { cooldown } of this.#entries.get(key)?.values() ?? []) {
        if (cooldown.untilMs > nowMs && cooldown.untilMs > (latest?.untilMs ?? 0)) latest = cooldown;
      }
    }
    return latest;
  }

  reportFailure(at: CooldownSubject, failure: Failure, nowMs: number): void {
    const key = cooldownKey(failure, at);
    if (key === undefined) return;
    this.#sweep(nowMs);
    const byClass = this.#entries.get(key);
    const next = strike(byClass?.get(failure.class), at, failure, nowMs);
    this.#entries.delete(key);
    this.#entries.set(key, new Map([...(byClass ?? []), [failure.class, next]]));
    if (this.#entries.size > MAX_KEYS) this.#dropOldest();
  }

  /** A stated wait is kept: the success may belong to a call that began before it. */
  reportSuccess(at: CooldownSubject, nowMs: number): void {
    if (this.#entries.size === 0) return;
    for (const key of keysOf(at)) {
      const byClass = this.#entries.get(key);
      if (!byClass) continue;
      const kept = [...byClass].filter(
        ([, { cooldown }]) => cooldown.provenance === 'authoritative' && cooldown.untilMs > nowMs,
      );
      if (kept.length > 0) this.#entries.set(key, new Map(kept));
      else this.#entries.delete(key);
    }
  }

  list(nowMs: number): readonly Cooldown[] {
    return [...this.#entries.values()]
      .flatMap((byClass) => [...byClass.values()])
      .map(({ cooldown }) => cooldown)
      .filter(({ untilMs }) => untilMs > nowMs)
      .sort((a, b) => a.untilMs - b.untilMs);
  }

  /** Once a minute: what neither cools nor counts as a strike any more is forgotten. */
  #sweep(nowMs: number): void {
    if (nowMs < this.#sweepAtMs) return;
    this.#sweepAtMs = nowMs + 60_000;
    for (const [key, byClass] of this.#entries) {
      const kept = [...byClass].filter(
        ([, { cooldown, strikesMs }]) =>
          cooldown.untilMs > nowMs || (strikesMs.at(-1) ?? 0) > nowMs - STRIKE_WINDOW_MS,
      );
      if (kept.length === 0) this.#entries.delete(key);
      else if (kept.length < byClass.size) this.#entries.set(key, new Map(kept));
    }
  }

  #dropOldest(): void {
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }
}

/** The cooldown after one more failure. A strike counts only when the previous wait was served. */
function strike(previous: Entry | undefined, at: CooldownSubject, failure: Failure, nowMs: number): Entry {
  const recent = (previous?.strikesMs ?? []).filter((ms) => ms > nowMs - STRIKE_WINDOW_MS);
  const before = previous?.cooldown;
  const served = before === undefined || nowMs >= before.untilMs;
  const strikesMs = served ? [...recent, nowMs].slice(-MAX_STRIKES) : recent;
  const rightAfter =
    served &&
    before?.provenance === 'authoritative' &&
    nowMs - before.untilMs <= Math.max(RIGHT_AFTER_MS, before.untilMs - (previous?.startedMs ?? nowMs));
  const strikes = Math.max(1, strikesMs.length);
  const untilMs = nowMs + cooldownLength(failure, nowMs, strikes, rightAfter);
  const longer = before !== undefined && before.untilMs >= untilMs;
  return {
    startedMs: served ? nowMs : (previous?.startedMs ?? nowMs),
    strikesMs,
    cooldown: {
      credentialId: at.credentialId,
      ...(failure.scope === 'model' || failure.class === 'target_gone' ? { model: at.model } : {}),
      class: failure.class,
      provenance: longer ? before.provenance : failure.provenance,
      untilMs: longer ? before.untilMs : untilMs,
      strikes,
    },
  };
}
