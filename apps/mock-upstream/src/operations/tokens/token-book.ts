/** How tokens of this provider begin, so that one it did not issue can be told from one that has ended. */
const PREFIX = 'mock-token.';

/** Access tokens that were given out, and when they end. */
export class TokenBook {
  readonly #ends = new Map<string, number>();

  issue(lifeSeconds: number, nowMs: number): string {
    const token = `${PREFIX}${this.#ends.size + 1}`;
    this.#ends.set(token, nowMs + lifeSeconds * 1000);
    return token;
  }

  /** Whether a token is good; undefined when it is no token of this book's making. */
  isGood(token: string, nowMs: number): boolean | undefined {
    if (!token.startsWith(PREFIX)) return undefined;
    return (this.#ends.get(token) ?? 0) > nowMs;
  }
}
