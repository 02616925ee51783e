import { seededRandom, uuidv7, type Random } from '@turnpike/kernel';
import { NO_USAGE, type Usage } from '@turnpike/protocol';
import {
  priceUsage,
  type AttemptEntry,
  type CallEntry,
  type UnitPrice,
  type WasteKind,
} from '@turnpike/billing';

export interface Cast {
  readonly keys: readonly string[];
  readonly owners: readonly { readonly id: string; readonly label: string }[];
  readonly teams: readonly (string | undefined)[];
  readonly projects: readonly (string | undefined)[];
}

const ids = (count: number): string[] => Array.from({ length: count }, () => uuidv7());

export const randomCast = (): Cast => ({
  keys: ids(4),
  owners: ids(3).map((id, i) => ({ id, label: `dev${i}@example.com` })),
  teams: [...ids(2), undefined],
  projects: [...ids(3), undefined],
});

/** Odd prices on purpose: no quantity makes a round sum. */
const PRICES: readonly UnitPrice[] = [
  { id: 'p1', effectiveFromMs: 0, input: 3_000_001_000_003n, output: 15_000_007_000_011n },
  {
    id: 'p2',
    effectiveFromMs: 0,
    input: 123_457_123_457n,
    output: 765_431_765_431n,
    cacheRead: 12_345_712_341n,
    perRequest: 77n,
  },
  { id: 'p3', effectiveFromMs: 0, input: 1n, output: 3n, cacheRead: 0n, cacheWrite5m: 7n, cacheWrite1h: 9n },
];

const WASTE: readonly WasteKind[] = ['failed_attempt', 'fallback', 'client_abort', 'stream_broken'];

/** Calls of every kind the pipeline can settle, replayable from the seed. */
export class RandomCalls {
  readonly #random: Random;
  readonly #cast: Cast;

  constructor(seed: number, cast: Cast = randomCast()) {
    this.#random = seededRandom(seed);
    this.#cast = cast;
  }

  int(below: number): number {
    return Math.floor(this.#random() * below);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)] as T;
  }

  many(count: number, startedAtMs: () => number): CallEntry[] {
    return Array.from({ length: count }, () => this.call(startedAtMs()));
  }

  call(startedAtMs: number, attemptCount: number = this.pick([0, 1, 1, 1, 2, 3])): CallEntry {
    const id = uuidv7();
    const owner = this.pick(this.#cast.owners);
    const attempts = Array.from({ length: attemptCount }, (_, i) =>
      this.#attempt(i + 1, startedAtMs + i * 10, i === attemptCount - 1),
    );
    return {
      id,
      requestId: this.pick([id, `req-${this.int(1e9)}`]),
      dialect: this.pick(['openai-chat', 'anthropic-messages'] as const),
      operation: 'generate',
      requestedModel: this.pick(['sonnet', 'haiku', 'openai/gpt-5', '=cmd()', 'a,"b"']),
      alias: this.pick(['sonnet', undefined]),
      keyId: this.pick(this.#cast.keys),
      ownerId: owner.id,
      ownerLabel: owner.label,
      teamId: this.pick(this.#cast.teams),
      projectId: this.pick(this.#cast.projects),
      tags: this.pick<CallEntry['tags']>([undefined, { repo: 'web' }, { repo: 'app', branch: 'main' }]),
      state: attemptCount === 0 ? 'refused' : 'succeeded',
      reason: attemptCount === 0 ? 'model_unknown' : undefined,
      status: attemptCount === 0 ? 404 : 200,
      stream: this.#random() < 0.5,
      startedAtMs,
      endedAtMs: startedAtMs + 100,
      attempts,
      dropped: this.pick([
        [],
        [{ provider: 'p', credential: 'c', model: 'm', reason: 'cooling', untilMs: startedAtMs + 5_000 }],
      ]),
      warnings: this.pick([[], ['dropped:top_k']]),
      costPicoUsd: attempts.reduce((sum, attempt) => sum + attempt.costPicoUsd, 0n),
    };
  }

  #attempt(n: number, startedAtMs: number, last: boolean): AttemptEntry {
    const state = last
      ? this.pick(['measured', 'measured', 'estimated'] as const)
      : this.pick(['unbilled', 'estimated'] as const);
    const unpriced = state !== 'unbilled' && this.#random() < 0.1;
    const usage = state === 'unbilled' ? undefined : this.#usage();
    const confidence = state === 'estimated' ? 'estimated' : 'measured';
    const priced =
      usage && !unpriced
        ? priceUsage(usage, this.pick(PRICES), { atMs: startedAtMs, confidence })
        : undefined;
    return {
      id: uuidv7(),
      n,
      provider: this.pick(['anthropic', 'openai']),
      credential: this.pick(['main', 'spare']),
      quotaGroup: 'g',
      model: this.pick(['claude-sonnet-4-5', 'gpt-5']),
      lane: this.pick(['passthrough', 'translate'] as const),
      state,
      status: last ? 200 : this.pick([429, 500, null]),
      reason: last ? undefined : 'provider_overloaded',
      failureClass: last ? undefined : 'overloaded',
      waste: last ? undefined : this.pick(WASTE),
      startedAtMs,
      firstByteAtMs: last ? startedAtMs + 3 : undefined,
      endedAtMs: startedAtMs + 9,
      usage,
      lines: priced?.lines ?? [],
      costPicoUsd: priced?.costPicoUsd ?? 0n,
      unpriced,
    };
  }

  #usage(): Usage {
    const output = this.int(5_000);
    return {
      ...NO_USAGE,
      input: this.int(200_000),
      cacheRead: this.pick([0, this.int(100_000)]),
      cacheWrite5m: this.pick([0, this.int(9_000)]),
      cacheWrite1h: this.pick([0, 0, this.int(9_000)]),
      cacheWriteUnknownTtl: this.pick([0, 0, this.int(90)]),
      output,
      reasoning: this.pick([0, this.int(output + 1)]),
    };
  }
}
