/**
 * A bucket as vendors run them: full at first, filled steadily, never above its capacity. What a request cost beyond its
 * estimate may overdraw it.
 */
export class TokenBucket {
  readonly capacity: number;
  readonly #perMs: number;
  #level: number;
  #atMs: number;

  constructor(capacity: number, perMs: number, nowMs: number) {
    this.capacity = capacity;
    this.#perMs = perMs;
    this.#level = capacity;
    this.#atMs = nowMs;
  }

  /** What is in it; negative while it is overdrawn. */
  level(nowMs: number): number {
    // A clock that was set back fills nothing.
    if (nowMs > this.#atMs) {
      this.#level = Math.min(this.capacity, this.#level + (nowMs - this.#atMs) * this.#perMs);
      this.#atMs = nowMs;
    }
    return this.#level;
  }

  /** Takes all of `amount`, or nothing and answers false. */
  take(amount: number, nowMs: number): boolean {
    if (this.level(nowMs) < amount) return false;
    this.#level -= amount;
    return true;
  }

  /** Charges what was taken too little; a negative amount gives back. */
  charge(amount: number, nowMs: number): void {
    this.#level = Math.min(this.capacity, this.level(nowMs) - amount);
  }

  /** Time until `amount` can be taken; infinite for more than it holds. */
  waitMs(amount: number, nowMs: number): number {
    if (amount > this.capacity) return Infinity;
    return Math.max(0, amount - this.level(nowMs)) / this.#perMs;
  }

  fullInMs(nowMs: number): number {
    return (this.capacity - this.level(nowMs)) / this.#perMs;
  }
}
