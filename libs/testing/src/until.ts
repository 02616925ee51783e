import { setTimeout as sleep } from 'node:timers/promises';

type Falsy = false | 0 | '' | null | undefined;

export interface UntilOptions {
  readonly limitMs?: number;
  readonly everyMs?: number;
  /** What was waited for; stands in the error. */
  readonly what?: string;
}

/**
 * The first truthy value of `probe`; a probe that throws counts as not yet.
 * @throws Error that says what did not happen, with the probe's last error as cause.
 */
export async function until<T>(
  probe: () => T | Falsy | Promise<T | Falsy>,
  { limitMs = 5_000, everyMs = 20, what = 'the condition' }: UntilOptions = {},
): Promise<T> {
  const limit = Date.now() + limitMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value) return value;
    } catch (error) {
      cause = error;
    }
    if (Date.now() >= limit) throw new Error(`${what} did not happen within ${limitMs} ms`, { cause });
    await sleep(everyMs);
  }
}
