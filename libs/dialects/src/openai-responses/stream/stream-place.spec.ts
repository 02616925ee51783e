import type { JsonObject } from '@turnpike/kernel';
import { createSseParser, unfoldResponse, type SseEvent } from '@turnpike/protocol';
import { someStream } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import type { ErrorView } from '../../dialect';
import { readResponsesStream } from '../fixtures/read-responses-stream';
import { createResponsesStreamEncoder } from './responses-stream-encoder';
import { createResponsesStreamPlace } from './stream-place';

const VIEW = { id: '1', model: 'alias', createdAt: 5, includeUsage: true, inputEstimate: 12 };
const ERROR: ErrorView = {
  kind: 'upstream',
  message: 'broke',
  requestId: 'req_1',
  turnpike: { layer: 'provider' },
};

const write = (
  events: Parameters<ReturnType<typeof createResponsesStreamEncoder>['push']>[0][],
): string[] => {
  const encoder = createResponsesStreamEncoder(VIEW);
  return events.flatMap((event) => encoder.push(event));
};

function parse(text: string): SseEvent[] {
  const parser = createSseParser();
  return [...parser.push(Buffer.from(text)), ...parser.end()];
}

const dataOf = (event: SseEvent | undefined): JsonObject => JSON.parse(event?.data ?? '{}') as JsonObject;

describe('createResponsesStreamPlace', () => {
  it('passes a stream on as it is', () => {
    const place = createResponsesStreamPlace();
    for (const chunk of write(unfoldResponse({ parts: [{ kind: 'text', text: 'a' }], stop: 'end' })))
      expect(place.pass(chunk)).toBe(chunk);
  });

  it('waits with comments until there is a response to repeat', () => {
    const place = createResponsesStreamPlace();
    place.pass(': hello\n\n');
    expect(place.keepAlive()).toBe(': keep-alive\n\n');
  });

  it('keeps a stream within its grammar, whatever keep-alives come between', () => {
    fc.assert(
      fc.property(someStream, fc.array(fc.nat({ max: 2 })), fc.boolean(), (events, waits, bytes) => {
        const place = createResponsesStreamPlace();
        const out = write(events).map((chunk, i) => {
          const passed = place.pass(bytes ? Buffer.from(chunk) : chunk).toString('utf8');
          const isLast =
            chunk.includes('event: response.completed') || chunk.includes('event: response.incomplete');
          return (
            passed + (isLast ? '' : Array.from({ length: waits[i] ?? 0 }, () => place.keepAlive()).join(''))
          );
        });
        expect(readResponsesStream(parse(out.join(''))).problems).toEqual([]);
      }),
    );
  });

  it('lets a late error continue the numbers and the response of the stream', () => {
    const place = createResponsesStreamPlace();
    const begun = write(
      unfoldResponse({ parts: [{ kind: 'text', text: '"sequence_number":99' }], stop: 'end' }),
    ).slice(0, 2);
    const sent = begun.map((chunk) => place.pass(chunk).toString('utf8')).join('') + place.keepAlive();
    const events = parse(sent + place.errorEvent(ERROR));
    expect(readResponsesStream(events).problems).toEqual([]);
    expect(dataOf(events.at(-1))).toMatchObject({
      type: 'response.failed',
      response: {
        id: 'resp_1',
        model: 'alias',
        status: 'failed',
        error: { code: 'upstream_error', message: 'broke', turnpike: { layer: 'provider' } },
      },
    });
  });

  it('lets an error before anything else begin the stream', () => {
    const events = parse(createResponsesStreamPlace().errorEvent({ ...ERROR, vendorCode: 'x' }));
    const reading = readResponsesStream(events);
    expect(reading).toMatchObject({ problems: [], error: { code: 'x' } });
    expect(events.map((event) => event.event)).toEqual(['response.created', 'response.failed']);
  });
});
