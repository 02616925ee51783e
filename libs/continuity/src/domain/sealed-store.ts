import type { ByteStore } from './byte-store';
import type { Place, Sealer } from './sealer';
import { squeeze, unsqueeze } from './squeeze';

/** Largest value that is kept, before compression. */
export const LARGEST_VALUE = 8 * 1_024 * 1_024;
const SQUEEZED = 1;
/** How long a removal waits for a write of the same place, and the end for all of them. */
const WRITE_PATIENCE_MS = 1_000;

/** Until it has settled, at most `limitMs`. */
function within(work: Promise<unknown>, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    work.then(end, end);
  });
}

export interface PlacedValue {
  readonly place: Place;
  readonly value: Buffer;
}

export interface SealedReading {
  /** In the order of the places; undefined: nothing that can be read is there. */
  readonly values: readonly (Buffer | undefined)[];
  /** False: the store did not answer, so that nothing is known of the missing ones. */
  readonly complete: boolean;
}

export interface SealedStoreOptions {
  readonly store: ByteStore;
  readonly sealer: Sealer;
  /** Told when something lies in a place that was not sealed for it, or was changed. */
  readonly onDamaged?: () => void;
}

/** Values encrypted for their places, under names that tell nothing. */
export class SealedStore {
  /** Writes that have begun: a reader of this process waits for them. */
  private readonly underWay = new Map<string, Promise<boolean>>();

  constructor(private readonly options: SealedStoreOptions) {}

  /** All in one round trip. False: at least one of them is not kept, because it is too large or the store is away. */
  putMany(values: readonly PlacedValue[], ttlMs: number): Promise<boolean> {
    const fitting = values.filter(({ value }) => value.length <= LARGEST_VALUE);
    if (fitting.length === 0) return Promise.resolve(values.length === 0);
    const writing = this.write(fitting, ttlMs).then((kept) => kept && fitting.length === values.length);
    const names = fitting.map(({ place }) => this.nameOf(place));
    for (const name of names) this.underWay.set(name, writing);
    return writing.finally(() => {
      for (const name of names) if (this.underWay.get(name) === writing) this.underWay.delete(name);
    });
  }

  /** All in one round trip, within `limitMs`. */
  async getMany(places: readonly Place[], limitMs: number): Promise<SealedReading> {
    const { store, sealer } = this.options;
    const names = places.map((place) => sealer.names(place));
    const writes = names.flatMap(([name = '']) => this.underWay.get(name) ?? []);
    if (writes.length > 0) await within(Promise.all(writes), limitMs);
    const found = await store.getMany(names.flat(), limitMs);
    if (!found) return { values: places.map(() => undefined), complete: false };
    let at = 0;
    const values = places.map((place, i) => {
      const candidates = found.slice(at, (at += names[i]?.length ?? 0));
      return this.openFirst(
        place,
        candidates.filter((bytes) => bytes !== undefined),
      );
    });
    return { values: await Promise.all(values), complete: true };
  }

  /** True: it was there. undefined: the store does not answer. */
  async remove(place: Place): Promise<boolean | undefined> {
    const { store, sealer } = this.options;
    const write = this.underWay.get(this.nameOf(place));
    if (write) await within(write, WRITE_PATIENCE_MS);
    return store.remove(sealer.names(place));
  }

  /** Writes under way are finished first, for a moment. */
  async close(): Promise<void> {
    if (this.underWay.size > 0) await within(Promise.allSettled(this.underWay.values()), WRITE_PATIENCE_MS);
    await this.options.store.close();
  }

  private nameOf(place: Place): string {
    return this.options.sealer.names(place)[0] ?? '';
  }

  private async write(values: readonly PlacedValue[], ttlMs: number): Promise<boolean> {
    const { store, sealer } = this.options;
    const sealed: { name: string; bytes: Buffer }[] = [];
    for (const { place, value } of values) {
      const made = squeeze(value);
      const squeezed = Buffer.isBuffer(made) ? made : await made;
      const smaller = squeezed.length < value.length;
      const bytes = sealer.seal(place, smaller ? squeezed : value, smaller ? SQUEEZED : 0);
      sealed.push({ name: this.nameOf(place), bytes });
    }
    return store.setMany(sealed, ttlMs);
  }

  /** Of several, the one under the newest key counts. */
  private async openFirst(place: Place, candidates: readonly Buffer[]): Promise<Buffer | undefined> {
    for (const bytes of candidates) {
      const opened = this.options.sealer.open(place, bytes);
      if (!opened) {
        this.options.onDamaged?.();
        continue;
      }
      return opened.flags === SQUEEZED ? unsqueeze(opened.value, LARGEST_VALUE) : opened.value;
    }
    return undefined;
  }
}
