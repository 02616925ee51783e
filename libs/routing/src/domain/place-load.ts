import { admitsOneMore, afterRefusal, afterSuccess, type ConcurrencyGuard } from './concurrency-guard';

/** Tokens of an answer before any was seen. */
const FIRST_OUTPUT = 500;
/** Weight of the newest measurement. */
const EWMA_SHARE = 0.2;
/** What was measured so long ago says half as little: the average moves towards unknown. */
const HALF_LIFE_MS = 5 * 60_000;

/** What this replica alone sees of one place. */
export class PlaceLoad {
  /** `key`: what the state of its group calls the place. */
  constructor(readonly key = '') {}

  inFlight = 0;
  guard: ConcurrencyGuard | undefined;
  private output = FIRST_OUTPUT;
  private ttft: { readonly ms: number; readonly atMs: number } | undefined;

  /** Moving average of the time to first token; undefined when nothing recent is known, so that somebody looks again. */
  ttftMs(nowMs: number): number | undefined {
    if (!this.ttft) return undefined;
    const { ms, atMs } = this.ttft;
    return nowMs - atMs > 4 * HALF_LIFE_MS
      ? undefined
      : ms * 0.5 ** (Math.max(0, nowMs - atMs) / HALF_LIFE_MS);
  }

  measure(ttftMs: number, nowMs: number): void {
    const known = this.ttft?.ms ?? ttftMs;
    this.ttft = { ms: known + EWMA_SHARE * (ttftMs - known), atMs: nowMs };
  }

  /** Tokens that an answer is thought to have, whole; a moving average. */
  get expectedOutput(): number {
    return Math.round(this.output);
  }

  measureOutput(tokens: number): void {
    this.output += EWMA_SHARE * (tokens - this.output);
  }

  admits(nowMs: number): boolean {
    return admitsOneMore(this.guard, this.inFlight, nowMs);
  }

  /** A call that began at `startedMs` was refused. */
  refused(startedMs: number, nowMs: number): void {
    this.guard = afterRefusal(this.guard, this.inFlight, startedMs, nowMs);
  }

  succeeded(nowMs: number): void {
    if (this.guard) this.guard = afterSuccess(this.guard, nowMs);
  }
}
