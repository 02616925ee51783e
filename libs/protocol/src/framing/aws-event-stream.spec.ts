import { GatewayError } from '@turnpike/kernel';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import fc from 'fast-check';
import { createAwsEventReader } from './aws-event-stream';
import type { SseEvent } from './sse';
import { MAX_SSE_EVENT_BYTES } from './sse-parser';

type Headers = Parameters<EventStreamCodec['encode']>[0]['headers'];

/** The vendor's own writer. */
const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
  (text) => Buffer.from(text),
);
const text = (value: string): Headers[string] => ({ type: 'string', value });

const frame = (headers: Headers, body: string): Buffer =>
  Buffer.from(codec.encode({ headers, body: Buffer.from(body) }));
const eventFrame = (name: string, body: string): Buffer =>
  frame(
    {
      ':event-type': text(name),
      ':content-type': text('application/json'),
      ':message-type': text('event'),
    },
    body,
  );

function read(bytes: Buffer, cuts: readonly number[] = []): SseEvent[] {
  const reader = createAwsEventReader();
  const borders = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const pieces = borders.slice(1).map((end, i) => bytes.subarray(borders[i], end));
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
}

const someEvents = fc.array(
  fc.record({
    event: fc.stringMatching(/^[a-zA-Z]{1,20}$/),
    data: fc.string({ unit: 'binary', maxLength: 60 }),
  }),
  { minLength: 1, maxLength: 5 },
);
const write = (events: readonly SseEvent[]): Buffer =>
  Buffer.concat(events.map((event) => eventFrame(event.event ?? '', event.data)));

describe('createAwsEventReader', () => {
  it('reads what the vendor writes, however the bytes are cut', () => {
    fc.assert(
      fc.property(someEvents, fc.array(fc.nat(), { maxLength: 8 }), (events, cuts) => {
        expect(read(write(events), cuts)).toEqual(events);
      }),
    );
  });

  it('gives the whole frames before a cut and nothing of the rest', () => {
    fc.assert(
      fc.property(someEvents, fc.nat(), (events, at) => {
        const bytes = write(events).subarray(0, at % (write(events).length + 1));
        const seen = read(bytes);
        expect(seen).toEqual(events.slice(0, seen.length));
        expect(write(seen).length).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  it('notices any change of any byte', () => {
    fc.assert(
      fc.property(someEvents, fc.nat(), fc.integer({ min: 1, max: 255 }), (events, at, flip) => {
        const bytes = write(events);
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ flip;
        let seen: SseEvent[] | undefined;
        try {
          seen = read(bytes);
        } catch (error) {
          expect(error).toMatchObject({ reason: 'provider_stream_broken' });
        }
        expect(seen).toBeUndefined();
      }),
    );
  });

  it('knows headers of every type', () => {
    const headers: Headers = {
      ':message-type': text('event'),
      a: { type: 'boolean', value: true },
      b: { type: 'boolean', value: false },
      c: { type: 'byte', value: 1 },
      d: { type: 'short', value: 2 },
      e: { type: 'integer', value: 3 },
      g: { type: 'binary', value: Buffer.from('xyz') },
      h: { type: 'timestamp', value: new Date(0) },
      i: { type: 'uuid', value: '00000000-0000-0000-0000-000000000000' },
      ':event-type': text('chunk'),
    };
    expect(read(frame(headers, '{}'))).toEqual([{ event: 'chunk', data: '{}' }]);
  });

  it.each<[string, Headers, string, unknown]>([
    [
      'an exception',
      { ':message-type': text('exception'), ':exception-type': text('throttlingException') },
      '{"message":"Too many requests"}',
      { type: 'throttlingException', message: 'Too many requests' },
    ],
    [
      'an exception that is no JSON',
      { ':message-type': text('exception'), ':exception-type': text('internalServerException') },
      'boom',
      { type: 'internalServerException', message: 'boom' },
    ],
    [
      'an error without a payload',
      { ':message-type': text('error'), ':error-code': text('500'), ':error-message': text('broken') },
      '',
      { type: '500', message: 'broken' },
    ],
  ])('reads %s as an error', (_, headers, body, expected) => {
    const [event] = read(frame(headers, body));
    expect(event?.event).toBe('error');
    expect(JSON.parse(event?.data ?? '')).toEqual(expected);
  });

  it('reads a frame without names', () => expect(read(frame({}, '{}'))).toEqual([{ data: '{}' }]));

  it('refuses a frame that announces too much before it reads on', () => {
    const announced = eventFrame('chunk', 'x'.repeat(MAX_SSE_EVENT_BYTES));
    const reader = createAwsEventReader();
    expect(() => reader.push(announced.subarray(0, 12))).toThrow(GatewayError);
  });

  it('takes a large frame in small pieces in linear time', () => {
    const bytes = eventFrame('chunk', 'x'.repeat(4 * 1024 * 1024));
    const reader = createAwsEventReader();
    const began = process.cpuUsage();
    const seen: SseEvent[] = [];
    for (let at = 0; at < bytes.length; at += 64) seen.push(...reader.push(bytes.subarray(at, at + 64)));
    expect(seen).toHaveLength(1);
    expect(process.cpuUsage(began).user / 1_000).toBeLessThan(1_500);
  });
});
