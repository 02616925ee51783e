import { createSseParser } from '@turnpike/protocol';
import fc from 'fast-check';
import { createJsonArrayWriter } from './json-array';
import { createJsonArrayReader } from './json-array-reader';

const elements = fc.array(
  fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }),
  { maxLength: 5 },
);

function read(text: string, cuts: readonly number[]): unknown[] {
  const reader = createJsonArrayReader();
  const bytes = Buffer.from(text);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  const events = ends.flatMap((end, i) => reader.push(bytes.subarray(ends[i - 1] ?? 0, end)));
  return [...events, ...reader.end()].map(({ data }) => JSON.parse(data) as unknown);
}

describe('the array form of a stream', () => {
  it('is read element by element, wherever it is cut and however it is laid out', () => {
    fc.assert(
      fc.property(
        elements,
        fc.array(fc.nat(), { maxLength: 4 }),
        fc.constantFrom(0, 2),
        (list, cuts, indent) => {
          expect(read(JSON.stringify(list, null, indent), cuts)).toEqual(JSON.parse(JSON.stringify(list)));
        },
      ),
    );
  });

  it('tells an element as soon as it is whole, and none that is cut', () => {
    const reader = createJsonArrayReader();
    expect(reader.push(Buffer.from('[{"a":"}"}'))).toEqual([{ data: '{"a":"}"}' }]);
    expect(reader.push(Buffer.from(',\r\n{"b":'))).toEqual([]);
    expect(reader.end()).toEqual([]);
  });

  it('is written so that it parses, and reads back as it was', () => {
    fc.assert(
      fc.property(elements, (list) => {
        const writer = createJsonArrayWriter();
        const wire = list.map((element) => `data: ${JSON.stringify(element)}\n\n`).join('');
        const text = [...writer.push(wire), ...writer.end('complete')].join('');
        expect(JSON.parse(text)).toEqual(
          createSseParser()
            .push(Buffer.from(wire))
            .map(({ data }) => JSON.parse(data) as unknown),
        );
        expect(read(text, [])).toEqual(JSON.parse(text));
      }),
    );
  });
});
