/** What happened to a key in this process, told after the store has it. */
export interface KeyChange {
  readonly kind: 'created' | 'updated' | 'revoked';
  readonly keyId: string;
}

export type KeyChangeListener = (change: KeyChange) => void;

/** Carries key changes from the control plane to whoever caches keys in the same process. */
export class KeyChanges {
  readonly #listeners = new Set<KeyChangeListener>();

  /** Returns the function that ends the subscription. */
  subscribe(listener: KeyChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(change: KeyChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
