/** What Redis's clock is ahead of this process's, as far as answers tell. */
export class ServerClock {
  #skewMs = 0;

  get skewMs(): number {
    return this.#skewMs;
  }

  /** The server said `atMs` somewhere between two moments here: what is known already is moved no further than needed. */
  heard(atMs: number, askedMs: number, answeredMs: number): void {
    const [least, most] = [atMs - answeredMs, atMs + 1 - askedMs];
    this.#skewMs = Math.min(most, Math.max(least, this.#skewMs));
  }
}
