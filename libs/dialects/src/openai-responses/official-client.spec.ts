import { stringifyJson } from '@turnpike/kernel';
import { foldStream, type StreamEvent } from '@turnpike/protocol';
import { someStream } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import OpenAI from 'openai';
import { OPENAI_RESPONSES } from '.';

const VIEW = { id: '0193', model: 'alias', createdAt: 1_700_000_000, includeUsage: true, inputEstimate: 7 };
const QUESTION = { model: 'alias', input: 'hi' };

const client = (body: string, type: string): OpenAI =>
  new OpenAI({
    apiKey: 'k',
    maxRetries: 0,
    fetch: () => Promise.resolve(new Response(body, { headers: { 'content-type': type } })),
  });

function writeStream(events: readonly StreamEvent[]): string {
  const encoder = OPENAI_RESPONSES.createStreamEncoder(VIEW);
  return events.flatMap((event) => encoder.push(event)).join('');
}

const writeWhole = (events: readonly StreamEvent[]): string =>
  stringifyJson(OPENAI_RESPONSES.encodeResponse(foldStream(events), VIEW));

/** What the client adds while it reads a stream says nothing of the answer. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (name, member: unknown) =>
      /^(?:parsed|parsed_arguments|output_parsed)$/.test(name) ? undefined : member,
    ),
  );

describe("OpenAI's client", () => {
  it('gathers from a stream what it reads in a whole body', async () => {
    await fc.assert(
      fc.asyncProperty(someStream, async (events) => {
        const streamed = await client(writeStream(events), 'text/event-stream')
          .responses.stream(QUESTION)
          .finalResponse();
        const whole = await client(writeWhole(events), 'application/json').responses.create(QUESTION);
        const usage = foldStream(events).usage && whole.usage;
        expect(plain({ ...streamed, usage: usage && streamed.usage })).toEqual(plain({ ...whole, usage }));
      }),
      { numRuns: 60 },
    );
  });

  it('hears every piece of the text once', async () => {
    await fc.assert(
      fc.asyncProperty(someStream, async (events) => {
        const stream = client(writeStream(events), 'text/event-stream').responses.stream(QUESTION);
        const pieces: string[] = [];
        stream.on('response.output_text.delta', (event) => pieces.push(event.delta));
        const final = await stream.finalResponse();
        expect(pieces.join('')).toBe(final.output_text);
      }),
      { numRuns: 30 },
    );
  });

  it('reads a stream that broke as failed', async () => {
    const broken: StreamEvent[] = [
      { kind: 'start' },
      { kind: 'block-start', block: 0, content: { kind: 'text' } },
      { kind: 'block-delta', block: 0, delta: { kind: 'text', text: 'half' } },
      { kind: 'interrupted', reason: 'cut' },
    ];
    const final = await client(writeStream(broken), 'text/event-stream')
      .responses.stream(QUESTION)
      .finalResponse();
    expect([final.status, final.error?.message]).toEqual([
      'failed',
      'The provider ended the stream before the answer was complete.',
    ]);
  });
});
