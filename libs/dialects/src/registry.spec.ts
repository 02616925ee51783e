import type { JsonObject } from '@turnpike/kernel';
import fc from 'fast-check';
import {
  chain,
  checkGrammar,
  createSseParser,
  DIALECT_IDS,
  foldStream,
  inputTotal,
  unfoldResponse,
  type ChatResponse,
  type DialectId,
  type SseEvent,
  type StreamEvent,
  type Usage,
} from '@turnpike/protocol';
import { someAnswer, someStream } from '@turnpike/protocol/stream/fixtures/random-answers';
import { readChatStream } from './answer/fixtures/read-chat-stream';
import { readMessagesStream } from './answer/fixtures/read-messages-stream';
import type { AnswerView } from './dialect';
import { readGeminiStream } from './gemini-generate/fixtures/read-gemini-stream';
import { readResponsesStream } from './openai-responses/fixtures/read-responses-stream';
import { DIALECTS } from './registry';

const VIEW: AnswerView = {
  id: '0193',
  model: 'alias',
  createdAt: 1_700_000_000,
  includeUsage: true,
  inputEstimate: 7,
};
const READERS = {
  'openai-chat': readChatStream,
  'openai-responses': readResponsesStream,
  'anthropic-messages': readMessagesStream,
  'gemini-generate': readGeminiStream,
};
const PAIRS = DIALECT_IDS.flatMap((from) => DIALECT_IDS.map((to) => [from, to] as const));
/** Names of the stops that every dialect can tell apart. */
const STOPS = {
  'openai-chat': { end: 'stop', tool: 'tool_calls', length: 'length' },
  'openai-responses': { end: 'completed', tool: 'tool', length: 'max_output_tokens' },
  'anthropic-messages': { end: 'end_turn', tool: 'tool_use', length: 'max_tokens' },
  'gemini-generate': { end: 'STOP', tool: 'STOP', length: 'MAX_TOKENS' },
} as const;

const parse = (bytes: Buffer, cut: number): SseEvent[] => {
  const parser = createSseParser();
  return [...parser.push(bytes.subarray(0, cut)), ...parser.push(bytes.subarray(cut)), ...parser.end()];
};

const write = (id: DialectId, events: readonly StreamEvent[]): Buffer => {
  const encoder = DIALECTS[id].createStreamEncoder(VIEW);
  return Buffer.from(
    [...events.flatMap((event) => encoder.push(event)), ...encoder.end('complete')].join(''),
  );
};

function decode(id: DialectId, events: readonly SseEvent[]): StreamEvent[] {
  const decoder = DIALECTS[id].createStreamDecoder({ capabilities: {} });
  return [...events.flatMap((event) => decoder.push(event)), ...decoder.end('complete')];
}

function translate(from: DialectId, to: DialectId, wire: Buffer, cut = 0): Buffer {
  const machine = chain(
    DIALECTS[from].createStreamDecoder({ capabilities: {} }),
    DIALECTS[to].createStreamEncoder(VIEW),
  );
  return Buffer.from(
    [...parse(wire, cut).flatMap((event) => machine.push(event)), ...machine.end('complete')].join(''),
  );
}

const textOf = (answer: ChatResponse, kind: 'text' | 'reasoning'): string =>
  answer.parts.map((part) => (part.kind === kind && 'text' in part ? (part.text ?? '') : '')).join('');

const callsOf = (answer: ChatResponse): unknown[] =>
  answer.parts.flatMap((part) =>
    part.kind === 'call' ? [[part.name, JSON.parse(part.args) as unknown]] : [],
  );

/** Without the split of cache writes, which Chat cannot say, and which Gemini counts as fresh input. */
const figures = (usage: Usage | undefined, ...over: readonly DialectId[]): unknown =>
  usage && {
    all: inputTotal(usage),
    ...(!over.includes('gemini-generate') && { fresh: usage.input }),
    read: usage.cacheRead,
    out: usage.output,
    thought: usage.reasoning,
  };

describe.each(PAIRS)('%s to %s', (from, to) => {
  it('keeps text, thinking, calls, stop and usage of every stream', () => {
    fc.assert(
      fc.property(someStream, (events) => {
        const answer = foldStream(events);
        const wire = translate(from, to, write(from, events));
        const reading = READERS[to](parse(wire, 0));
        expect(reading.problems).toEqual([]);
        expect(reading.done).toBe(true);
        expect(reading.text).toBe(textOf(answer, 'text'));
        expect(reading.reasoning).toBe(textOf(answer, 'reasoning'));
        expect(reading.calls.map((call) => [call.name, JSON.parse(call.args) as unknown])).toEqual(
          callsOf(answer),
        );
        if (answer.stop in STOPS[to]) expect(reading.stop).toBe(STOPS[to][answer.stop as 'end']);
        if (answer.usage)
          expect(figures(foldStream(decode(to, parse(wire, 0))).usage, from, to)).toEqual(
            figures(answer.usage, from, to),
          );
      }),
    );
  });

  it('writes the same bytes wherever the upstream cuts its own', () => {
    fc.assert(
      fc.property(someStream, fc.nat(), (events, at) => {
        const wire = write(from, events);
        expect(translate(from, to, wire, at % (wire.length + 1)).equals(translate(from, to, wire))).toBe(
          true,
        );
      }),
    );
  });

  it('never takes a cut stream for a clean end', () => {
    fc.assert(
      fc.property(someStream, fc.nat(), (events, at) => {
        const wire = write(from, events);
        const whole = READERS[to](parse(translate(from, to, wire), 0));
        const reading = READERS[to](parse(translate(from, to, wire.subarray(0, at % (wire.length + 1))), 0));
        expect(reading.problems.filter((problem) => problem !== 'no message_start')).toEqual([]);
        expect(whole.text.startsWith(reading.text)).toBe(true);
        expect(reading.done).toBe(reading.error === undefined);
        if (reading.done)
          expect([reading.text, reading.calls, reading.stop]).toEqual([whole.text, whole.calls, whole.stop]);
      }),
    );
  });

  it('answers a whole body as it would have streamed it', () => {
    fc.assert(
      fc.property(someAnswer, (answer) => {
        const body = DIALECTS[from].encodeResponse(answer, VIEW);
        const decoded = DIALECTS[from].decodeResponse(JSON.parse(JSON.stringify(body)) as JsonObject);
        const again = DIALECTS[to].decodeResponse(DIALECTS[to].encodeResponse(decoded, VIEW));
        expect([textOf(again, 'text'), textOf(again, 'reasoning')]).toEqual([
          textOf(answer, 'text'),
          textOf(answer, 'reasoning'),
        ]);
        expect(callsOf(again)).toEqual(callsOf(answer));
        if (answer.usage) expect(figures(again.usage, from, to)).toEqual(figures(answer.usage, from, to));
        if (answer.stop in STOPS[to]) expect(again.stop).toBe(answer.stop);
      }),
    );
  });
});

describe.each(DIALECT_IDS)('%s', (id) => {
  it('reads a stream and a whole body of the same answer alike', () => {
    fc.assert(
      fc.property(someAnswer, (answer) => {
        const { id: _id, ...whole } = DIALECTS[id].decodeResponse(DIALECTS[id].encodeResponse(answer, VIEW));
        const wire = parse(write(id, unfoldResponse(answer)), 0);
        const { id: _streamId, ...streamed } = foldStream(decode(id, wire));
        expect({ ...streamed, usage: answer.usage && streamed.usage }).toEqual({
          ...whole,
          usage: answer.usage && whole.usage,
        });
      }),
    );
  });

  it('decodes any events into the grammar', () => {
    const word = fc.constantFrom(
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
      'error',
      'ping',
      'text',
      'thinking',
      'tool_use',
      'text_delta',
      'input_json_delta',
      'signature_delta',
      'redacted_thinking',
      'stop',
      'tool_calls',
      'end_turn',
      '',
    );
    const member = fc.constantFrom(
      'type',
      'index',
      'delta',
      'content_block',
      'message',
      'usage',
      'choices',
      'finish_reason',
      'tool_calls',
      'function',
      'name',
      'arguments',
      'content',
      'text',
      'partial_json',
      'id',
      'error',
      'reasoning',
      'prompt_tokens',
      'input_tokens',
      'stop_reason',
      'signature',
      'images',
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        word,
        fc.integer({ min: -1, max: 3 }),
        fc.constant(null),
        fc.dictionary(member, tie('value'), { maxKeys: 5 }),
        fc.array(tie('value'), { maxLength: 2 }),
      ),
    }));
    const data = fc.oneof(
      value.map((v) => JSON.stringify(v)),
      fc.string({ maxLength: 8 }),
      fc.constant('[DONE]'),
    );
    const event = fc.record({ event: word, data }, { requiredKeys: ['data'] });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), (events) =>
        expect(checkGrammar(decode(id, events))).toEqual([]),
      ),
      { numRuns: 500 },
    );
  });
});
