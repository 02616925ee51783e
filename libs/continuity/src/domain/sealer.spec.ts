import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Sealer, type Place } from './sealer';

const secret = (n: number): Buffer => Buffer.alloc(32, n);
const HERE: Place = { kind: 'response', owner: 'o1', id: 'resp_1' };
const text = fc.string({ unit: 'binary' });
const place = fc.record<Place>({ kind: fc.constantFrom('reasoning', 'response'), owner: text, id: text });
const value = fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes));

describe('Sealer', () => {
  it('gives back what it was given, with its flags', () => {
    fc.assert(
      fc.property(place, value, fc.nat(255), (at, plain, flags) => {
        const sealer = new Sealer([secret(1)]);
        expect(sealer.open(at, sealer.seal(at, plain, flags))).toEqual({ value: plain, flags });
      }),
    );
  });

  it('opens nothing in another place than it was sealed for', () => {
    fc.assert(
      fc.property(place, place, value, (one, other, plain) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        const sealer = new Sealer([secret(1)]);
        expect(sealer.open(other, sealer.seal(one, plain, 0))).toBeUndefined();
      }),
    );
  });

  it('opens nothing of which a single bit was changed', () => {
    const sealer = new Sealer([secret(1)]);
    const sealed = sealer.seal(HERE, Buffer.from('a conversation'), 1);
    for (let at = 0; at < sealed.length * 8; at++) {
      const changed = Buffer.from(sealed);
      changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7));
      expect(sealer.open(HERE, changed)).toBeUndefined();
    }
    for (let length = 0; length < sealed.length; length++)
      expect(sealer.open(HERE, sealed.subarray(0, length))).toBeUndefined();
  });

  it('shows neither value nor place, and never the same bytes twice', () => {
    const sealer = new Sealer([secret(1)]);
    const plain = Buffer.from('a very private prompt');
    const one = sealer.seal(HERE, plain, 0);
    expect(one.equals(sealer.seal(HERE, plain, 0))).toBe(false);
    const shown = one.toString('latin1') + sealer.names(HERE).join('');
    for (const word of ['private', HERE.owner, HERE.id, HERE.kind]) expect(shown).not.toContain(word);
  });

  it('decrypts under any of its keys and encrypts under the first', () => {
    const old = new Sealer([secret(1)]);
    const rotated = new Sealer([secret(2), secret(1)]);
    const fresh = new Sealer([secret(2)]);
    const plain = Buffer.from('x');
    expect(rotated.open(HERE, old.seal(HERE, plain, 0))?.value).toEqual(plain);
    expect(fresh.open(HERE, rotated.seal(HERE, plain, 0))?.value).toEqual(plain);
    expect(fresh.open(HERE, old.seal(HERE, plain, 0))).toBeUndefined();
    expect(rotated.names(HERE)).toEqual([...fresh.names(HERE), ...old.names(HERE)]);
  });

  it('names each place of each owner differently', () => {
    const sealer = new Sealer([secret(1)]);
    fc.assert(
      fc.property(place, place, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(sealer.names(one)[0] === sealer.names(other)[0]).toBe(same);
      }),
    );
  });

  it.each([[[]], [[randomBytes(31)]], [[secret(1), randomBytes(33)]]])('refuses wrong keys', (secrets) => {
    expect(() => new Sealer(secrets)).toThrow(RangeError);
  });
});
