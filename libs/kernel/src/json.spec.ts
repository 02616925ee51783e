import fc from 'fast-check';
import { numberOf, parseJson, stringifyJson } from './json';

const LONG = '{"id":12345678901234567890}';

describe('parseJson', () => {
  it.each([
    LONG,
    '{"a":-0.12345678901234567890,"b":[10,-98765432109876543210E+2],"c":1}',
    '{"12345678901234567890":"12345678901234567890","x":"\\"12345678901234567890"}',
    '{"a":"\\\\","b":12345678901234567890}',
    '{"a":"\\\\\\"1","b":12345678901234567890,"c":"\\u00e9"}',
    '[12345678901234567890,12345678901234567891]',
    '-12345678901234567890',
  ])('keeps every digit of %s', (text) => {
    expect(stringifyJson(parseJson(text))).toBe(text.replace('\\u00e9', 'é'));
  });

  it.each(Array.from({ length: 33 }, (_, at) => at))('keeps sixteen digits behind %d characters', (at) => {
    const text = `["${'x'.repeat(at)}",9007199254740993]`;
    expect(stringifyJson(parseJson(text))).toBe(text);
  });

  it('agrees with JSON.parse on everything else', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const holder = `{"long":12345678901234567890,"rest":${text}}`;
        const parsed = parseJson(holder) as { long: string; rest: unknown };
        expect(numberOf(parsed.long)).toBe(Number('12345678901234567890'));
        const plain = (JSON.parse(holder) as { rest: unknown }).rest;
        expect(JSON.parse(stringifyJson(parsed as never))).toEqual(JSON.parse(holder));
        if (!/\d{15}/.test(text)) expect(parsed.rest).toEqual(plain);
      }),
    );
  });

  it.each(['{"a":12345678901234567890,"b":"x', '{"a":12345678901234567890,,}', '{12345678901234567890}'])(
    'throws as JSON.parse does: %s',
    (text) => expect(() => parseJson(text)).toThrow(SyntaxError),
  );

  it('takes strings of any length', () => {
    const text = `{"id":12345678901234567890,"image":"${'A'.repeat(24 * 1024 * 1024)}"}`;
    expect(stringifyJson(parseJson(text))).toHaveLength(text.length);
  });

  it('is linear where quotes pile up and strings do not end', () => {
    for (const filler of ['\\"', '"', '"1', '1.', '\\', '-1e']) {
      const text = `{"a":12345678901234567890,"b":"${filler.repeat(200_000)}`;
      const began = performance.now();
      expect(() => parseJson(text)).toThrow(SyntaxError);
      expect(performance.now() - began).toBeLessThan(1_000);
    }
  });
});
