import Anthropic from '@anthropic-ai/sdk';
import { stringifyJson } from '@turnpike/kernel';
import { foldStream, type DialectId, type StreamEvent } from '@turnpike/protocol';
import { someStream } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import OpenAI from 'openai';
import { DIALECTS } from './registry';

const VIEW = { id: '0193', model: 'alias', createdAt: 1_700_000_000, includeUsage: true, inputEstimate: 7 };

const answering = (body: string, type: string) => (): Promise<Response> =>
  Promise.resolve(new Response(body, { headers: { 'content-type': type } }));

function writeStream(id: DialectId, events: readonly StreamEvent[]): string {
  const encoder = DIALECTS[id].createStreamEncoder(VIEW);
  return events.flatMap((event) => encoder.push(event)).join('');
}

const writeWhole = (id: DialectId, events: readonly StreamEvent[]): string =>
  stringifyJson(DIALECTS[id].encodeResponse(foldStream(events), VIEW));

const chatClient = (body: string, type: string): OpenAI =>
  new OpenAI({ apiKey: 'k', maxRetries: 0, fetch: answering(body, type) });

const messagesClient = (body: string, type: string): Anthropic =>
  new Anthropic({ apiKey: 'k', maxRetries: 0, fetch: answering(body, type) });

const QUESTION = { model: 'alias', messages: [{ role: 'user' as const, content: 'hi' }] };
const BROKEN: StreamEvent[] = [
  { kind: 'start' },
  { kind: 'block-start', block: 0, content: { kind: 'text' } },
  { kind: 'block-delta', block: 0, delta: { kind: 'text', text: 'half' } },
  { kind: 'interrupted', reason: 'cut' },
];

describe("OpenAI's client", () => {
  it('gathers from a stream what it reads in a whole body', async () => {
    await fc.assert(
      fc.asyncProperty(someStream, async (events) => {
        const streamed = await chatClient(writeStream('openai-chat', events), 'text/event-stream')
          .chat.completions.stream({ ...QUESTION, stream_options: { include_usage: true } })
          .finalChatCompletion();
        const whole = await chatClient(
          writeWhole('openai-chat', events),
          'application/json',
        ).chat.completions.create(QUESTION);
        const [a, b] = [streamed.choices[0], whole.choices[0]];
        const calls = (choice: typeof a | typeof b): unknown =>
          choice?.message.tool_calls?.map((call) =>
            'function' in call ? [call.id, call.function.name, call.function.arguments] : [],
          );
        expect([a?.message.content || '', calls(a) ?? [], a?.finish_reason]).toEqual([
          b?.message.content || '',
          calls(b) ?? [],
          b?.finish_reason,
        ]);
        expect([streamed.id, streamed.model]).toEqual([whole.id, whole.model]);
        if (foldStream(events).usage) expect(streamed.usage).toEqual(whole.usage);
      }),
      { numRuns: 60 },
    );
  });

  it('throws at a stream that broke', async () => {
    const client = chatClient(writeStream('openai-chat', BROKEN), 'text/event-stream');
    await expect(client.chat.completions.stream(QUESTION).finalChatCompletion()).rejects.toThrow(
      'before the answer was complete',
    );
  });
});

describe("Anthropic's client", () => {
  it('gathers from a stream what it reads in a whole body', async () => {
    await fc.assert(
      fc.asyncProperty(someStream, async (events) => {
        const ask = { ...QUESTION, max_tokens: 100 };
        const streamed = await messagesClient(writeStream('anthropic-messages', events), 'text/event-stream')
          .messages.stream(ask)
          .finalMessage();
        const whole = await messagesClient(
          writeWhole('anthropic-messages', events),
          'application/json',
        ).messages.create(ask);
        expect([streamed.content, streamed.stop_reason, streamed.id, streamed.model]).toEqual([
          whole.content,
          whole.stop_reason,
          whole.id,
          whole.model,
        ]);
        if (foldStream(events).usage) {
          expect(streamed.usage).toMatchObject({
            input_tokens: whole.usage.input_tokens,
            output_tokens: whole.usage.output_tokens,
            cache_read_input_tokens: whole.usage.cache_read_input_tokens,
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('throws at a stream that broke', async () => {
    const client = messagesClient(writeStream('anthropic-messages', BROKEN), 'text/event-stream');
    await expect(client.messages.stream({ ...QUESTION, max_tokens: 9 }).finalMessage()).rejects.toThrow(
      'before the answer was complete',
    );
  });
});
