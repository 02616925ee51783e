import { GatewayError } from '@turnpike/kernel';
import fc from 'fast-check';
import { writeSse, type SseEvent } from './sse';
import { createSseParser, MAX_SSE_EVENT_BYTES } from './sse-parser';

function parse(bytes: Buffer, cuts: readonly number[] = []): SseEvent[] {
  const parser = createSseParser();
  const borders = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  const pieces = borders.slice(1).map((end, i) => bytes.subarray(borders[i], end));
  return [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end()];
}

const event = fc.record(
  {
    event: fc.stringMatching(/^[a-z_]{1,12}$/),
    data: fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
  },
  { requiredKeys: ['data'] },
);
const jsonEvent = event.map((e) => ({ ...e, data: JSON.stringify(e.data) }));

describe('createSseParser', () => {
  it.each<[string, string, SseEvent[]]>([
    ['line feeds', 'event: a\ndata: 1\n\ndata: 2\n\n', [{ event: 'a', data: '1' }, { data: '2' }]],
    [
      'carriage returns and line feeds',
      'event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n',
      [{ event: 'a', data: '1' }, { data: '2' }],
    ],
    ['carriage returns', 'event: a\rdata: 1\r\rdata: 2\r\r', [{ event: 'a', data: '1' }, { data: '2' }]],
    [
      'line ends of several kinds',
      'data: 1\r\n\ndata: 2\n\r\ndata: 3\r\r\n',
      [{ data: '1' }, { data: '2' }, { data: '3' }],
    ],
    ['several data lines', 'data: 1\ndata:2\ndata:  3\n\n', [{ data: '1\n2\n 3' }]],
    ['comments', ': PROCESSING\n\n: x\ndata: 1\n:y\n\n', [{ data: '1' }]],
    ['a byte order mark', '\uFEFFdata: 1\n\n', [{ data: '1' }]],
    ['other fields', 'id: 7\nretry: 5\nevent\ndata: 1\n\n', [{ data: '1' }]],
    ['an event without data', 'event: a\n\ndata: 1\n\n', [{ data: '1' }]],
    ['an event without its blank line', 'data: 1\n\ndata: 2', [{ data: '1' }, { data: '2' }]],
    ['a data line without a space', 'data:{"a":1}\n\n', [{ data: '{"a":1}' }]],
    ['nothing', '', []],
  ])('reads %s', (_, text, expected) => {
    expect(parse(Buffer.from(text))).toEqual(expected);
  });

  it('reads what is written, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(jsonEvent, { maxLength: 6 }), fc.array(fc.nat(400)), (events, cuts) => {
        const bytes = Buffer.from(events.map((e) => writeSse(e.data, e.event)).join(''));
        expect(
          parse(
            bytes,
            cuts.filter((cut) => cut <= bytes.length),
          ),
        ).toEqual(events);
      }),
    );
  });

  it('reads the same whatever the line ends are', () => {
    fc.assert(
      fc.property(
        fc.array(jsonEvent, { maxLength: 4 }),
        fc.constantFrom('\r\n', '\r'),
        fc.array(fc.nat(200)),
        (events, end, cuts) => {
          const text = events.map((e) => writeSse(e.data, e.event).replaceAll('\n', end)).join('');
          const bytes = Buffer.from(text);
          expect(
            parse(
              bytes,
              cuts.filter((cut) => cut <= bytes.length),
            ),
          ).toEqual(events);
        },
      ),
    );
  });

  it('refuses an event that never ends', () => {
    const parser = createSseParser();
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const feed = (): void => {
      for (let sent = 0; sent <= MAX_SSE_EVENT_BYTES; sent += chunk.length) parser.push(chunk);
    };
    expect(feed).toThrow(GatewayError);
  });
});
