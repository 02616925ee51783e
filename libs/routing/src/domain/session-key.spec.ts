import fc from 'fast-check';
import { BEGINNING_BYTES, beginningOf, sessionKey, type SessionHint } from './session-key';

const beginning = (text: string): SessionHint => ({
  kind: 'beginning',
  bytes: beginningOf(Buffer.from(text)),
});

describe('sessionKey', () => {
  it('tells callers, routes and hints apart, and gives nothing of them away', () => {
    const parts = fc.tuple(fc.string(), fc.string(), fc.constantFrom('named', 'beginning'), fc.string());
    const keyOf = ([key, route, kind, text]: readonly [string, string, string, string]): string =>
      sessionKey(
        key,
        route,
        kind === 'named' ? { kind: 'named', name: text } : { kind: 'beginning', bytes: Buffer.from(text) },
      );
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(keyOf(one) === keyOf(other)).toBe(same);
        expect(keyOf(one)).toMatch(/^[\w-]{43}$/);
      }),
    );
  });
});

describe('beginningOf', () => {
  const padded = (end: string) => `"${'a'.repeat(BEGINNING_BYTES)}${end}"`;
  const marked = (text: string, mark: string) => `[{"type":"text","text":"${text}"${mark}},{"type":"text"}]`;
  const MARK = ', "cache_control": {"type":"ephemeral","ttl":"1h"}';

  it.each([
    ['what comes later', padded('x'), padded('y'), true],
    ['a different beginning', '"hello"', '"hallo"', false],
    ['a cache mark that moved on', marked('hi', MARK), marked('hi', ''), true],
    [
      'a cache mark in front of a long text',
      marked(`${'b'.repeat(900)}`, MARK),
      marked(`${'b'.repeat(900)}`, ''),
      true,
    ],
    ['other words beside a mark', marked('hi', MARK), marked('ho', MARK), false],
  ])('%s', (_, one, other, same) => {
    const keys = [one, other].map((text) => sessionKey('k', 'r', beginning(text)));
    expect(keys[0] === keys[1]).toBe(same);
  });

  it('never takes more than its share', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3_000 }), (bytes) => {
        expect(beginningOf(Buffer.from(bytes)).length).toBeLessThanOrEqual(BEGINNING_BYTES);
      }),
    );
  });
});
