import type { ErrorKind, JsonObject } from '@turnpike/kernel';
import { createSseParser, DIALECT_IDS, type DialectId, type SseEvent } from '@turnpike/protocol';
import { someAnswer, someStream } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import { violationsOf } from '../../../../test/schemas/validate';
import type { AnswerView, ErrorView } from '../dialect';
import { CHAT_ERRORS } from '../openai-chat/error/chat-error-words';
import { DIALECTS } from '../registry';
import { bodiesOf, TARGETS } from './fixtures/requests';

const VIEW: AnswerView = {
  id: '0193',
  model: 'alias',
  createdAt: 1_700_000_000,
  includeUsage: true,
  inputEstimate: 7,
};
const PAIRS = DIALECT_IDS.flatMap((from) => DIALECT_IDS.map((to) => [from, to] as const));
const KINDS = Object.keys(CHAT_ERRORS) as ErrorKind[];

const parse = (text: string): SseEvent[] => {
  const parser = createSseParser();
  return [...parser.push(Buffer.from(text)), ...parser.end()];
};

/** What is wrong with the events of a stream; an error event is an error body, and `[DONE]` is no event. */
function streamViolations(id: DialectId, text: string): string[] {
  return parse(text).flatMap(({ data }) => {
    if (data === '[DONE]') return [];
    const value = JSON.parse(data) as JsonObject;
    const isError = value.error !== undefined && value.type !== 'response.failed';
    return violationsOf(id, isError ? 'error' : 'event', value);
  });
}

const error = (kind: ErrorKind, more: Partial<ErrorView> = {}): ErrorView => ({
  kind,
  message: 'No.',
  requestId: 'req-1',
  turnpike: { layer: 'provider', reason: 'x', retry_after_s: 3 },
  ...more,
});

describe.each(PAIRS)('a request of a client of %s', (from, to) => {
  it(`is one of ${to}`, () => {
    fc.assert(
      fc.property(bodiesOf(from), (body) => {
        const { body: sent } = DIALECTS[to].encodeRequest(DIALECTS[from].decodeRequest(body), TARGETS[to]);
        expect(violationsOf(to, 'request', sent)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe.each(DIALECT_IDS)('%s', (id) => {
  const dialect = DIALECTS[id];

  it('writes whole answers that the SDK’s types describe', () => {
    fc.assert(
      fc.property(someAnswer, (answer) =>
        expect(violationsOf(id, 'answer', dialect.encodeResponse(answer, VIEW))).toEqual([]),
      ),
    );
  });

  it('writes stream events that the SDK’s types describe', () => {
    fc.assert(
      fc.property(someStream, (events) => {
        const encoder = dialect.createStreamEncoder(VIEW);
        expect(streamViolations(id, events.flatMap((event) => encoder.push(event)).join(''))).toEqual([]);
      }),
    );
  });

  it('writes a broken stream as the SDK’s types describe it', () => {
    fc.assert(
      fc.property(someStream, fc.nat(), (events, at) => {
        const encoder = dialect.createStreamEncoder(VIEW);
        const [start, ...rest] = events;
        const cut = [start, ...rest.slice(0, at % (rest.length || 1))].flatMap((e) =>
          e ? encoder.push(e) : [],
        );
        const broken = encoder.push({ kind: 'error', error: { message: 'x', code: 'overloaded_error' } });
        expect(streamViolations(id, [...cut, ...broken].join(''))).toEqual([]);
      }),
    );
  });

  it.each(KINDS)('writes errors of the kind %s', (kind) => {
    const views = [
      error(kind),
      error(kind, { param: 'a.b', vendorType: 'odd_type', vendorCode: 'odd', vendorDetails: { a: 1 } }),
    ];
    for (const view of views) {
      expect(violationsOf(id, 'error', dialect.renderError(view).body)).toEqual([]);
      expect(streamViolations(id, dialect.renderErrorEvent(view))).toEqual([]);
    }
  });

  it('keeps a stream open in a way that its events allow', () => {
    expect(streamViolations(id, dialect.keepAlive ?? '')).toEqual([]);
  });
});

describe('the schemas', () => {
  it.each<[DialectId, 'request' | 'answer', JsonObject, string]>([
    ['openai-chat', 'request', { model: 'm', messages: [], max_output_tokens: 1 }, 'max_output_tokens'],
    ['openai-chat', 'answer', { id: 'x' }, 'choices'],
    ['openai-responses', 'request', { tools: [{ type: 'function', name: 'f' }] }, 'parameters'],
    [
      'anthropic-messages',
      'request',
      { model: 'm', max_tokens: 1, messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      'text',
    ],
    ['gemini-generate', 'request', { contents: [{ parts: [{ txt: 'a' }] }] }, 'txt'],
  ])('say what is wrong with a %s %s', (id, kind, value, word) => {
    expect(violationsOf(id, kind, value).join('; ')).toContain(word);
  });
});
