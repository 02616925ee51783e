import fc from 'fast-check';
import type { Failure } from '@turnpike/protocol';
import { hideSecret } from './hide-secret';

const SECRET = 'Zq7+correct/horse=battery-9f3A';
const failure = (vendor: Failure['vendor']): Failure => ({
  class: 'auth',
  scope: 'credential',
  provenance: 'heuristic',
  status: 401,
  reason: 'x',
  vendor,
});
const hidden = (message: string, secret = SECRET): string =>
  hideSecret(failure({ message }), secret).vendor.message;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('hideSecret', () => {
  it.each([
    SECRET,
    SECRET.toUpperCase(),
    SECRET.slice(0, 12),
    SECRET.slice(9, 20),
    encodeURIComponent(SECRET),
    Buffer.from(SECRET).toString('hex'),
    base64(SECRET),
    base64(`user:${SECRET}`),
    base64(`a:${SECRET}`),
    base64(`ab:${SECRET}`),
    Buffer.from(SECRET).toString('base64url'),
  ])('hides %s', (spelling) => {
    const shown = hidden(`The key (${spelling}) is wrong.`);
    expect(shown).toMatch(/^The key \(.{0,10}\[removed\].{0,6}\) is wrong\.$/);
    expect(shown).not.toContain(spelling.slice(2, 12));
  });

  it('looks into every word and detail of the vendor', () => {
    const vendor = {
      message: 'no',
      type: SECRET,
      code: SECRET,
      param: `x.${SECRET}`,
      details: { error_code: SECRET, unsupported: [SECRET] },
    };
    expect(JSON.stringify(hideSecret(failure(vendor), SECRET))).not.toContain(SECRET.slice(0, 8));
  });

  it('leaves text without any part of it alone, and short placeholders', () => {
    expect(hidden('A perfectly fine sentence.')).toBe('A perfectly fine sentence.');
    expect(hidden('none of them', 'none')).toBe('none of them');
  });

  it('leaves no eight characters of it, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ minLength: 8, maxLength: 60 }),
        fc.string(),
        (before, secret, after) => {
          const shown = hidden(before + secret + after, secret)
            .split('[removed]')
            .join('\0');
          for (let at = 0; at + 8 <= secret.length; at++)
            expect(shown).not.toContain(secret.slice(at, at + 8));
        },
      ),
    );
  });
});
