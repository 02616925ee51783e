import { arrayLiteral, quoteJson, storableText } from './pg-array';

const literal = (...cells: (string | null | undefined)[]): string =>
  arrayLiteral(cells, 'text', (cell) => cell);

test.each([
  [['plain', 'a b'], '{"plain","a b"}'],
  [[null, undefined, 'NULL', ''], '{NULL,NULL,"NULL",""}'],
  [['a,b}', 'say "hi"', 'back\\slash'], '{"a,b}","say \\"hi\\"","back\\\\slash"}'],
  [['{x}', 'é', '\n'], '{"{x}","é","\n"}'],
  [['a\0b', '\ud800'], '{"a\ufffdb","\ufffd"}'],
  [[], '{}'],
])('%j is the literal %s', (cells, want) => expect(literal(...cells)).toBe(want));

test('numbers, big ones and booleans stand as they are', () => {
  expect(arrayLiteral([1, 0.5, Number.NaN], 'instant', (n) => n)).toBe('{1,0.5,NaN}');
  expect(arrayLiteral([12345678901234567890n], 'pico', (n) => n)).toBe('{12345678901234567890}');
  expect(arrayLiteral([true, false], 'boolean', (b) => b)).toBe('{true,false}');
});

test('long text is cut', () => expect(storableText('x'.repeat(5_000))).toHaveLength(1_000));

test.each([
  [[], '"[]"'],
  [{ a: 'b"c' }, '"{\\"a\\":\\"b\\\\\\"c\\"}"'],
  [['\0', '\udfff', '\\u0000'], '"[\\"\ufffd\\",\\"\ufffd\\",\\"\\\\\\\\u0000\\"]"'],
])('%j travels as %s', (value, want) => expect(quoteJson(value)).toBe(want));
