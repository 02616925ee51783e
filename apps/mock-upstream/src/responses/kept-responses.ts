import type { JsonObject } from '@turnpike/kernel';

/** Characters of conversations that are remembered; the oldest go first. */
const LIMIT = 16 * 1024 * 1024;

interface Kept {
  readonly credential: string | undefined;
  /** The conversation up to and with the answer, as JSON. */
  readonly text: string;
  readonly itemIds: readonly string[];
}

export interface KeptItem {
  readonly item: JsonObject;
  /** The reasoning that this item came from. */
  readonly reasoningId: string | undefined;
}

const idOf = (item: JsonObject | undefined): string => (typeof item?.id === 'string' ? item.id : '');

/** Answers that a caller may build on by their id. Each credential sees its own. */
export class KeptResponses {
  readonly #responses = new Map<string, Kept>();
  readonly #items = new Map<string, KeptItem & { readonly credential: string | undefined }>();
  #size = 0;

  /** Keeps an answer with the conversation before it. */
  keep(
    id: string,
    credential: string | undefined,
    input: readonly JsonObject[],
    output: readonly JsonObject[],
  ): void {
    this.#forget(id);
    const text = JSON.stringify([...input, ...output]);
    this.#responses.set(id, { credential, text, itemIds: output.map(idOf) });
    this.#size += text.length;
    output.forEach((item, i) => {
      const before = output[i - 1];
      const reasoningId =
        before?.type === 'reasoning' && item.type !== 'reasoning' ? idOf(before) : undefined;
      this.#items.set(idOf(item), { item, credential, reasoningId });
    });
    for (const oldest of this.#responses.keys()) {
      if (this.#size <= LIMIT || oldest === id) break;
      this.#forget(oldest);
    }
  }

  /** The conversation that ends with this answer. */
  conversation(id: string, credential: string | undefined): JsonObject[] | undefined {
    const kept = this.#responses.get(id);
    return kept && kept.credential === credential ? (JSON.parse(kept.text) as JsonObject[]) : undefined;
  }

  /** One item of a kept answer. */
  item(id: string, credential: string | undefined): KeptItem | undefined {
    const kept = this.#items.get(id);
    return kept && kept.credential === credential ? kept : undefined;
  }

  #forget(id: string): void {
    const kept = this.#responses.get(id);
    if (!kept) return;
    this.#responses.delete(id);
    this.#size -= kept.text.length;
    kept.itemIds.forEach((itemId) => this.#items.delete(itemId));
  }
}
