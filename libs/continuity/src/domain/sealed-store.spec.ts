import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { MemoryByteStore } from '../adapters/memory-byte-store';
import { ByteStore, type NamedBytes } from './byte-store';
import { LARGEST_VALUE, SealedStore } from './sealed-store';
import { Sealer, type Place } from './sealer';

const TTL_MS = 60_000;
const NONE = Buffer.from('none');
const LIMIT_MS = 500;
const at = (id: string, owner = 'o1'): Place => ({ kind: 'response', owner, id });
const sealerOf = (...fills: number[]): Sealer => new Sealer(fills.map((fill) => Buffer.alloc(32, fill)));
const storeOn = (store: ByteStore, sealer = sealerOf(1)): SealedStore => new SealedStore({ store, sealer });
const put = (store: SealedStore, id: string, value: Buffer, owner?: string): Promise<boolean> =>
  store.putMany([{ place: at(id, owner), value }], TTL_MS);
const read = async (store: SealedStore, ...places: Place[]): Promise<(string | undefined)[]> =>
  (await store.getMany(places, LIMIT_MS)).values.map((bytes) => bytes?.toString());

/** Remembers everything in the open, and can be told to be slow or away. */
class OpenStore extends ByteStore {
  readonly values = new Map<string, Buffer>();
  away = false;
  delayMs = 0;
  reads = 0;

  async setMany(values: readonly NamedBytes[]): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    if (this.away) return false;
    for (const { name, bytes } of values) this.values.set(name, bytes);
    return true;
  }

  getMany(names: readonly string[]): Promise<(Buffer | undefined)[] | undefined> {
    this.reads++;
    return Promise.resolve(this.away ? undefined : names.map((name) => this.values.get(name)));
  }

  remove(names: readonly string[]): Promise<boolean | undefined> {
    const removed = names.map((name) => this.values.delete(name));
    return Promise.resolve(this.away ? undefined : removed.includes(true));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('SealedStore', () => {
  it('gives back any values, large ones compressed beside the calls', async () => {
    const sizes = fc.constantFrom(0, 1, 1_023, 1_024, 70_000, 300_000);
    await fc.assert(
      fc.asyncProperty(fc.array(sizes, { maxLength: 5 }), fc.boolean(), async (lengths, random) => {
        const bytes = new OpenStore();
        const store = storeOn(bytes);
        const values = lengths.map((n) => (random ? randomBytes(n) : Buffer.alloc(n, 'conversation ')));
        const placed = values.map((value, i) => ({ place: at(String(i)), value }));
        expect(await store.putMany(placed, TTL_MS)).toBe(true);
        const back = await store.getMany(
          placed.map(({ place }) => place),
          LIMIT_MS,
        );
        expect(back.complete).toBe(true);
        expect(back.values.map((bytes, i) => values[i]?.equals(bytes ?? NONE))).toEqual(
          values.map(() => true),
        );
        expect(bytes.reads).toBe(1);
        for (const sealed of bytes.values.values())
          expect(sealed.length).toBeLessThan(random ? 300_100 : 10_000);
      }),
      { numRuns: 15 },
    );
  });

  it('keeps owners apart', async () => {
    const store = storeOn(new MemoryByteStore());
    await put(store, 'a', Buffer.from('mine'), 'o1');
    expect(await read(store, at('a', 'o2'), at('a', 'o1'))).toEqual([undefined, 'mine']);
    expect(await store.remove(at('a', 'o2'))).toBe(false);
    expect(await store.remove(at('a', 'o1'))).toBe(true);
    expect(await read(store, at('a', 'o1'))).toEqual([undefined]);
  });

  it('refuses what is too large and keeps the rest', async () => {
    const store = storeOn(new MemoryByteStore());
    const values = [
      { place: at('large'), value: Buffer.alloc(LARGEST_VALUE + 1) },
      { place: at('small'), value: Buffer.from('x') },
    ];
    expect(await store.putMany(values, TTL_MS)).toBe(false);
    expect(await read(store, at('large'), at('small'))).toEqual([undefined, 'x']);
  });

  it('reads what was sealed under an earlier key, until that key is gone', async () => {
    const bytes = new MemoryByteStore();
    await put(storeOn(bytes, sealerOf(1)), 'a', Buffer.from('old'));
    const rotated = storeOn(bytes, sealerOf(2, 1));
    expect(await read(rotated, at('a'), at('b'))).toEqual(['old', undefined]);
    await put(rotated, 'a', Buffer.from('new'));
    expect(await read(rotated, at('a'))).toEqual(['new']);
    expect(await read(storeOn(bytes, sealerOf(2)), at('a'))).toEqual(['new']);
    await rotated.remove(at('a'));
    expect(await read(storeOn(bytes, sealerOf(1)), at('a'))).toEqual([undefined]);
  });

  it('takes values that were changed or moved for absent, and says so', async () => {
    const bytes = new OpenStore();
    let damaged = 0;
    const store = new SealedStore({ store: bytes, sealer: sealerOf(1), onDamaged: () => damaged++ });
    await put(store, 'a', Buffer.from('one'));
    await put(store, 'b', Buffer.from('two'));
    const [first, second] = [...bytes.values.keys()] as [string, string];
    bytes.values.set(first, bytes.values.get(second) ?? Buffer.alloc(0));
    bytes.values.set(second, Buffer.from('garbage'));
    expect(await read(store, at('a'), at('b'))).toEqual([undefined, undefined]);
    expect(damaged).toBe(2);
  });

  it('tells a store that is away from one that has nothing', async () => {
    const bytes = new OpenStore();
    const store = storeOn(bytes);
    bytes.away = true;
    expect(await put(store, 'a', Buffer.from('x'))).toBe(false);
    expect(await store.getMany([at('a')], LIMIT_MS)).toEqual({ values: [undefined], complete: false });
    expect(await store.remove(at('a'))).toBeUndefined();
    bytes.away = false;
    expect(await store.getMany([at('a')], LIMIT_MS)).toEqual({ values: [undefined], complete: true });
  });

  it('lets a reader wait for a write that is under way, but not for ever', async () => {
    const bytes = new OpenStore();
    const store = storeOn(bytes);
    bytes.delayMs = 50;
    const writing = put(store, 'a', Buffer.from('x'));
    expect(await read(store, at('a'))).toEqual(['x']);
    await writing;
    bytes.delayMs = 2_000;
    const late = put(store, 'b', Buffer.from('y'));
    const startedAt = performance.now();
    expect((await store.getMany([at('b')], 50)).values).toEqual([undefined]);
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    await late;
  });
});
