import { LookupCache } from './lookup-cache';

/** A store whose answers and failures the test decides, with a count of its calls. */
function scriptedStore(answers: Record<string, string> = {}) {
  const store = {
    calls: 0,
    failure: undefined as Error | undefined,
    gate: Promise.resolve(),
    answers,
    load: async (key: string): Promise<string | undefined> => {
      store.calls += 1;
      const answer = store.answers[key];
      await store.gate;
      if (store.failure) throw store.failure;
      return answer;
    },
  };
  return store;
}

const OPTIONS = { ttlMs: 15, staleMs: 900, retryPauseMs: 5, storeDeadlineMs: 50 };

describe('LookupCache', () => {
  it('asks once for a thousand simultaneous questions and answers at once afterwards', async () => {
    const store = scriptedStore({ a: 'A' });
    const cache = new LookupCache(store.load, OPTIONS);
    const answers = await Promise.all(Array.from({ length: 1000 }, async () => cache.get('a', 0)));
    expect(new Set(answers)).toEqual(new Set(['A']));
    expect(store.calls).toBe(1);
    expect(cache.get('a', 14)).toBe('A');
    expect(cache.get('a', 15)).toBeInstanceOf(Promise);
  });

  it('remembers that something is missing, for as long and for so many', async () => {
    const store = scriptedStore();
    const cache = new LookupCache(store.load, { ...OPTIONS, maxMissing: 2 });
    for (const key of ['a', 'b', 'c']) expect(await cache.get(key, 0)).toBeUndefined();
    expect(cache.get('c', 1)).toBeUndefined();
    expect(store.calls).toBe(3);
    expect(cache.get('a', 1)).toBeInstanceOf(Promise);
    expect(cache.get('c', 15)).toBeInstanceOf(Promise);
  });

  it('drops the oldest found answer beyond its bound', async () => {
    const store = scriptedStore({ a: 'A', b: 'B', c: 'C' });
    const cache = new LookupCache(store.load, { ...OPTIONS, maxFound: 2 });
    for (const key of ['a', 'b', 'c']) await cache.get(key, 0);
    expect(cache.get('b', 1)).toBe('B');
    expect(cache.get('a', 1)).toBeInstanceOf(Promise);
  });

  it('bridges a dead store with what it knows until that is too old', async () => {
    const store = scriptedStore({ a: 'A' });
    const cache = new LookupCache(store.load, OPTIONS);
    await cache.get('a', 0);
    store.failure = new Error('down');
    expect(await cache.get('a', 100)).toBe('A');
    expect(cache.get('a', 104)).toBe('A');
    expect(store.calls).toBe(2);
    await expect(cache.get('b', 100)).rejects.toThrow('down');
    await expect(cache.get('a', 901)).rejects.toThrow('down');
    store.failure = undefined;
    expect(await cache.get('a', 950)).toBe('A');
  });

  it('takes silence for death', async () => {
    const store = scriptedStore({ a: 'A' });
    const cache = new LookupCache(store.load, { ...OPTIONS, storeDeadlineMs: 5 });
    await cache.get('a', 0);
    store.gate = new Promise(() => undefined);
    expect(await cache.get('a', 20)).toBe('A');
    await expect(cache.get('b', 20)).rejects.toThrow('did not answer within 5 ms');
  });

  it('does not keep what was loaded before something was forgotten', async () => {
    const store = scriptedStore({ a: 'old' });
    let open = (): void => undefined;
    store.gate = new Promise((resolve) => (open = resolve));
    const cache = new LookupCache(store.load, OPTIONS);
    const early = cache.get('a', 0);
    cache.forget(() => true);
    store.answers = { a: 'new' };
    const late = cache.get('a', 0);
    open();
    expect(await early).toBe('old');
    expect(await late).toBe('new');
    expect(cache.get('a', 1)).toBe('new');
    expect(store.calls).toBe(2);
  });

  it('forgets only what matches, and everything that was missing', async () => {
    const store = scriptedStore({ a: 'A', b: 'B' });
    const cache = new LookupCache(store.load, OPTIONS);
    for (const key of ['a', 'b', 'c']) await cache.get(key, 0);
    cache.forget((value) => value === 'A');
    expect(cache.get('a', 1)).toBeInstanceOf(Promise);
    expect(cache.get('b', 1)).toBe('B');
    expect(cache.get('c', 1)).toBeInstanceOf(Promise);
  });
});
