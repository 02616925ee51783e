import { describeByteStore } from './byte-store.contract';
import { MemoryByteStore } from './memory-byte-store';

describeByteStore('memory', () => {
  let nowMs = 1_000;
  return Promise.resolve({
    store: new MemoryByteStore({ clock: () => nowMs }),
    wait: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
  });
});

describe('MemoryByteStore', () => {
  const fill = (store: MemoryByteStore, name: string, length: number): Promise<boolean> =>
    store.setMany([{ name, bytes: Buffer.alloc(length) }], 60_000);
  const there = async (store: MemoryByteStore, ...names: string[]): Promise<boolean[]> =>
    (await store.getMany(names)).map((bytes) => bytes !== undefined);

  it('gives up the longest unused values when it is full', async () => {
    const store = new MemoryByteStore({ mostBytes: 4_000 });
    for (const name of ['a', 'b', 'c']) await fill(store, name, 1_000);
    await store.getMany(['a']);
    await fill(store, 'd', 1_000);
    expect(await there(store, 'a', 'b', 'c', 'd')).toEqual([true, false, true, true]);
    expect(store.size).toBeLessThanOrEqual(4_000);
  });

  it('does not empty itself for a value that is too large anyway', async () => {
    const store = new MemoryByteStore({ mostBytes: 4_000 });
    await fill(store, 'a', 1_000);
    expect(await fill(store, 'b', 4_000)).toBe(false);
    expect(await there(store, 'a', 'b')).toEqual([true, false]);
  });

  it('counts what it holds', async () => {
    const store = new MemoryByteStore();
    await fill(store, 'a', 1_000);
    await fill(store, 'a', 10);
    const one = store.size;
    await fill(store, 'b', 10);
    expect(store.size).toBe(2 * one);
    await store.remove(['a', 'b', 'c']);
    expect(store.size).toBe(0);
  });
});
