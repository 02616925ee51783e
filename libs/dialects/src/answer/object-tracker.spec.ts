import fc from 'fast-check';
import { areWholeArguments, ObjectTracker } from './object-tracker';

describe('ObjectTracker', () => {
  it.each<[string, string, boolean]>([
    ['{}', '{}', true],
    [' {"a":"}{"} tail', ' {"a":"}{"}', true],
    ['{"a":{"b":[1]}}', '{"a":{"b":[1]}}', true],
    ['{"a":"\\"}', '{"a":"\\"}', false],
    ['{"a":"\\\\"}x', '{"a":"\\\\"}', true],
    ['"text"', '"text"', false],
    ['   ', '   ', false],
  ])('keeps of %j what belongs to the object, however it comes', (text, kept, complete) => {
    fc.assert(
      fc.property(fc.nat(text.length), (at) => {
        const tracker = new ObjectTracker();
        const pieces = [text.slice(0, at), text.slice(at)].map((piece) =>
          piece.slice(0, tracker.push(piece)),
        );
        expect([pieces.join(''), tracker.complete]).toEqual([kept, complete]);
      }),
    );
  });

  it('knows when any object is whole, and not before', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.array(fc.nat(80), { maxLength: 4 }),
        (value, cuts) => {
          const text = JSON.stringify(value);
          const tracker = new ObjectTracker();
          const borders = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
          borders.slice(1).forEach((end, i) => {
            expect(tracker.complete).toBe(false);
            tracker.push(text.slice(borders[i], end));
          });
          expect(tracker.complete).toBe(true);
        },
      ),
    );
  });
});

describe('areWholeArguments', () => {
  it.each([
    ['', true],
    [' \n', true],
    ['{"a":1}', true],
    ['{"a":', false],
  ])('says of %j: %s', (text, whole) => {
    expect(areWholeArguments(text)).toBe(whole);
  });
});
