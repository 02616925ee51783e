import fc from 'fast-check';
import { createKeyDigest } from './digest-key';
import { KEY_KINDS, keyChecksum, mintKey, parseKey } from './virtual-key';

// Computed with another CRC32 implementation.
const VECTORS = [
  ['developer', 'tpk_000000000000000000000000000000003VeM6b'],
  ['developer', 'tpk_0123456789abcdefghijklmnopqrstuv1tPVeE'],
  ['admin', 'tpa_000000000000000000000000000000000BAaC4'],
  ['admin', 'tpa_zY9xW8vU7tS6rQ5pO4nM3lK2jI1hG0fE3pbGxD'],
  ['finance', 'tpf_ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ3eaw7J'],
  ['finance', 'tpf_zY9xW8vU7tS6rQ5pO4nM3lK2jI1hG0fE0r8IE1'],
] as const;

describe('parseKey', () => {
  it.each(VECTORS)('reads a %s key', (kind, key) => {
    expect(parseKey(key)).toEqual({ kind, last4: key.slice(-4) });
    expect(keyChecksum(key.slice(0, -6))).toBe(key.slice(-6));
  });

  it.each(KEY_KINDS)('reads what mintKey made: %s', (kind) => {
    const key = mintKey(kind);
    expect(key).toHaveLength(42);
    expect(parseKey(key)).toEqual({ kind, last4: key.slice(-4) });
  });

  it('refuses a change of any single character', () => {
    const position = fc.integer({ min: 0, max: 41 });
    fc.assert(
      fc.property(position, fc.string({ minLength: 1, maxLength: 1 }), (at, other) => {
        const key = VECTORS[1][1];
        fc.pre(key[at] !== other);
        expect(parseKey(key.slice(0, at) + other + key.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  const key = VECTORS[0][1];
  it.each([
    '',
    'x',
    'tpk_',
    `tpk_${'a'.repeat(38)}`,
    `${key}x`,
    key.slice(0, -1),
    key.toUpperCase(),
    key.replace('tpk_', 'tpa_'),
    ` ${key}`,
    `${key}\n`,
    "' or 1=1 --",
    'a'.repeat(5000),
  ])('refuses %j', (text) => {
    expect(parseKey(text)).toBeUndefined();
  });

  it('never takes random text for a key', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => parseKey(text) === undefined));
  });
});

describe('createKeyDigest', () => {
  it('is HMAC-SHA256 of the whole key under the pepper', () => {
    const digest = createKeyDigest('pepper-pepper-pepper-pepper-pepper');
    expect(digest(VECTORS[0][1]).toString('hex')).toBe(
      '8b0db11ceffdac669e9a5985b5806df970806766b4e67669e16890da653093ec',
    );
    expect(createKeyDigest('another')(VECTORS[0][1])).not.toEqual(digest(VECTORS[0][1]));
  });
});
