export const OTHER = 'other';

/**
 * Keeps a label's values a closed set: a value outside of `isKnown` is `other`, and so is every new one beyond `limit`.
 * What a client makes up must not become a series.
 */
export class LabelBound {
  readonly #seen = new Set<string>();
  readonly #limit: number;
  readonly #isKnown: (value: string) => boolean;

  constructor(limit: number, isKnown: (value: string) => boolean = () => true) {
    this.#limit = limit;
    this.#isKnown = isKnown;
  }

  bound(value: string): string {
    if (!this.#isKnown(value)) return OTHER;
    if (this.#seen.has(value)) return value;
    if (this.#seen.size >= this.#limit) return OTHER;
    this.#seen.add(value);
    return value;
  }
}
