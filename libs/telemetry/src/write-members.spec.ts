import fc from 'fast-check';
import { scrubLine } from './scrub-line';
import { writeMembers } from './write-members';

const parsed = (fields: object): unknown => JSON.parse(`{"x":0${writeMembers(fields)}}`) as unknown;

it('writes what JSON.stringify writes', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a_b:c', 'http://x', 'tp', '"', '\\', '\u2028'),
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(undefined),
    fc.constant(null),
    fc.array(fc.string()),
    fc.record({ input: fc.nat(), output: fc.option(fc.nat(), { nil: undefined }) }),
  );
  fc.assert(
    fc.property(fc.record({ a: value, b: value, c: value }), (fields) => {
      expect(parsed(fields)).toEqual(JSON.parse(scrubLine(JSON.stringify({ x: 0, ...fields }))));
    }),
  );
});

it.each([
  [`tpk_${'a'.repeat(38)}`, 'tpk_[redacted]'],
  [`so tpa_${'9'.repeat(38)} \u00e9`, 'so tpa_[redacted] \u00e9'],
  ['postgres://u:secret@h/db', 'postgres://u:[redacted]@h/db'],
])('masks %s', (text, masked) => {
  expect(parsed({ model: text, list: [text], tokens: { of: text } })).toEqual({
    x: 0,
    model: masked,
    list: [masked],
    tokens: { of: masked },
  });
});
