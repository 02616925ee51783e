import { GatewayError } from '@turnpike/kernel';
import fc from 'fast-check';
import { createJsonLineReader } from './json-lines';
import { MAX_SSE_EVENT_BYTES } from './sse-parser';

function read(bytes: Buffer, cuts: readonly number[] = []): string[] {
  const reader = createJsonLineReader();
  const borders = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const pieces = borders.slice(1).map((end, i) => bytes.subarray(borders[i], end));
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()].map((event) => event.data);
}

describe('createJsonLineReader', () => {
  it.each<[string, string, string[]]>([
    ['lines', '{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}']],
    ['carriage returns', '{"a":1}\r\n{"b":2}\r\n', ['{"a":1}', '{"b":2}']],
    ['blank lines', '\n\n{"a":1}\n \n', ['{"a":1}']],
    ['a last line without its end', '{"a":1}\n{"b":2}', ['{"a":1}', '{"b":2}']],
    ['nothing', '', []],
  ])('reads %s', (_, text, expected) => expect(read(Buffer.from(text))).toEqual(expected));

  it('reads the same however the bytes are cut', () => {
    const values = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 });
    fc.assert(
      fc.property(values, fc.array(fc.nat(), { maxLength: 8 }), (texts, cuts) => {
        const lines = texts.map((said) => JSON.stringify({ said }));
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        expect(read(bytes, cuts)).toEqual(lines);
      }),
    );
  });

  it('refuses a line that never ends', () => {
    const reader = createJsonLineReader();
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const feed = (): void => {
      for (let sent = 0; sent <= MAX_SSE_EVENT_BYTES; sent += chunk.length) reader.push(chunk);
    };
    expect(feed).toThrow(GatewayError);
  });
});
