/** Failures in a row after which nobody asks any more. */
const MOST_FAILURES = 3;
/** How long nobody asks; then one command tries again. */
const PAUSE_MS = 1_000;

/** Whether a server is asked at all: after several failures in a row not for a while, then by one command at a time. */
export class RedisBreaker {
  private failures = 0;
  private failedAtMs = 0;
  private retryAtMs = 0;
  private probing = false;

  get closed(): boolean {
    return this.failures < MOST_FAILURES;
  }

  /** True: ask, and report how it went. */
  admits(nowMs: number): boolean {
    if (this.closed) return true;
    if (this.probing || nowMs < this.retryAtMs) return false;
    this.probing = true;
    return true;
  }

  succeeded(): void {
    this.failures = 0;
    this.probing = false;
  }

  /** Commands that were under way together fail together: one moment of silence counts once. */
  failed(nowMs: number, startedMs = nowMs): void {
    if (this.closed && startedMs < this.failedAtMs) return;
    this.failedAtMs = nowMs;
    this.failures = Math.min(this.failures + 1, MOST_FAILURES);
    this.retryAtMs = nowMs + PAUSE_MS;
    this.probing = false;
  }
}
