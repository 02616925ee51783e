import { randomBytes } from 'node:crypto';
import type { ByteStore } from '../domain/byte-store';

const nameOf = (): string => randomBytes(12).toString('base64url');
const LIMIT_MS = 1_000;
const TTL_MS = 60_000;

/** What every store of bytes does. `wait` lets the store's own time pass. */
export function describeByteStore(
  title: string,
  open: () => Promise<{ readonly store: ByteStore; readonly wait: (ms: number) => Promise<void> }>,
): void {
  describe(`a byte store (${title})`, () => {
    const read = async (store: ByteStore, ...names: string[]): Promise<unknown> =>
      (await store.getMany(names, LIMIT_MS))?.map((bytes) => bytes?.toString('latin1'));

    it('gives back what it was given, in the order that is asked for', async () => {
      const { store } = await open();
      const [a, b, c] = [nameOf(), nameOf(), nameOf()];
      const values = [
        { name: a, bytes: Buffer.from('one') },
        { name: b, bytes: Buffer.from([0, 255, 10, 13, 128]) },
      ];
      expect(await store.setMany(values, TTL_MS)).toBe(true);
      expect(await read(store, c, b, a, b)).toEqual([undefined, '\0\xff\n\r\x80', 'one', '\0\xff\n\r\x80']);
      expect(await read(store)).toEqual([]);
    });

    it('keeps the latest value of a name', async () => {
      const { store } = await open();
      const name = nameOf();
      for (const word of ['one', 'two']) await store.setMany([{ name, bytes: Buffer.from(word) }], TTL_MS);
      expect(await read(store, name)).toEqual(['two']);
    });

    it('forgets what has had its time', async () => {
      const { store, wait } = await open();
      const [brief, long] = [nameOf(), nameOf()];
      await store.setMany([{ name: brief, bytes: Buffer.from('x') }], 100);
      await store.setMany([{ name: long, bytes: Buffer.from('y') }], TTL_MS);
      await wait(150);
      expect(await read(store, brief, long)).toEqual([undefined, 'y']);
      expect(await store.remove([brief])).toBe(false);
    });

    it('removes, and says whether there was something', async () => {
      const { store } = await open();
      const [name, other] = [nameOf(), nameOf()];
      await store.setMany([{ name, bytes: Buffer.from('x') }], TTL_MS);
      expect(await store.remove([other, name])).toBe(true);
      expect(await store.remove([other, name])).toBe(false);
      expect(await read(store, name)).toEqual([undefined]);
    });

    it('takes values of many megabytes', async () => {
      const { store } = await open();
      const bytes = randomBytes(8 * 1024 * 1024);
      const name = nameOf();
      expect(await store.setMany([{ name, bytes }], TTL_MS)).toBe(true);
      const [back] = (await store.getMany([name], 10_000)) ?? [];
      expect(back?.equals(bytes)).toBe(true);
      await store.remove([name]);
    });

    it('does not change when the buffers do that it was given', async () => {
      const { store } = await open();
      const [name, bytes] = [nameOf(), Buffer.from('before')];
      await store.setMany([{ name, bytes }], TTL_MS);
      bytes.fill('x');
      expect(await read(store, name)).toEqual(['before']);
    });
  });
}
