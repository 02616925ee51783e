/** Of what is asked for by many at once each name is asked for once. */
export class OnceAtATime {
  readonly #under = new Map<string, Promise<void>>();

  /** `ask` is told which names nobody asks for at the moment. Resolves when all are answered. */
  async run(names: readonly string[], ask: (missing: readonly string[]) => Promise<void>): Promise<void> {
    const missing = names.filter((name) => !this.#under.has(name));
    if (missing.length > 0) {
      const done = ask(missing).finally(() => {
        for (const name of missing) this.#under.delete(name);
      });
      for (const name of missing) this.#under.set(name, done);
    }
    await Promise.all(names.flatMap((name) => this.#under.get(name) ?? []));
  }
}
