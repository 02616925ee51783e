import type { JsonObject } from '@turnpike/kernel';
import {
  chain,
  checkGrammar,
  createSseParser,
  foldStream,
  inputTotal,
  unfoldResponse,
  type ChatResponse,
  type SseEvent,
  type StreamEvent,
  type Usage,
} from '@turnpike/protocol';
import { someAnswer, someStream } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import { readChatStream } from '../answer/fixtures/read-chat-stream';
import { readMessagesStream } from '../answer/fixtures/read-messages-stream';
import { ANTHROPIC_MESSAGES } from '../anthropic-messages';
import type { AnswerView, Dialect } from '../dialect';
import { OPENAI_CHAT } from '../openai-chat';
import { readGeminiStream } from './fixtures/read-gemini-stream';
import { GEMINI_GENERATE } from './index';

const VIEW: AnswerView = {
  id: '0193',
  model: 'alias',
  createdAt: 1_700_000_000,
  includeUsage: true,
  inputEstimate: 7,
};
const RUNS = { numRuns: 60 };

const DIALECTS = {
  gemini: {
    dialect: GEMINI_GENERATE as Dialect,
    read: readGeminiStream,
    stops: { end: 'STOP', tool: 'STOP', length: 'MAX_TOKENS' },
  },
  chat: {
    dialect: OPENAI_CHAT,
    read: readChatStream,
    stops: { end: 'stop', tool: 'tool_calls', length: 'length' },
  },
  messages: {
    dialect: ANTHROPIC_MESSAGES,
    read: readMessagesStream,
    stops: { end: 'end_turn', tool: 'tool_use', length: 'max_tokens' },
  },
} as const;
type Name = keyof typeof DIALECTS;
const PAIRS: readonly (readonly [Name, Name])[] = [
  ['gemini', 'gemini'],
  ['gemini', 'chat'],
  ['gemini', 'messages'],
  ['chat', 'gemini'],
  ['messages', 'gemini'],
];

const parse = (bytes: Buffer, cut = 0): SseEvent[] => {
  const parser = createSseParser();
  return [...parser.push(bytes.subarray(0, cut)), ...parser.push(bytes.subarray(cut)), ...parser.end()];
};

function write(name: Name, events: readonly StreamEvent[]): Buffer {
  const encoder = DIALECTS[name].dialect.createStreamEncoder(VIEW);
  return Buffer.from(
    [...events.flatMap((event) => encoder.push(event)), ...encoder.end('complete')].join(''),
  );
}

function decode(name: Name, events: readonly SseEvent[]): StreamEvent[] {
  const decoder = DIALECTS[name].dialect.createStreamDecoder({ capabilities: {} });
  return [...events.flatMap((event) => decoder.push(event)), ...decoder.end('complete')];
}

function translate(from: Name, to: Name, wire: Buffer, cut = 0): Buffer {
  const machine = chain(
    DIALECTS[from].dialect.createStreamDecoder({ capabilities: {} }),
    DIALECTS[to].dialect.createStreamEncoder(VIEW),
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

/** Without the writes to caches, which this dialect cannot say. */
const figures = (usage: Usage | undefined): unknown =>
  usage && { all: inputTotal(usage), read: usage.cacheRead, out: usage.output, thought: usage.reasoning };

describe.each(PAIRS)('%s to %s', (from, to) => {
  const { read, stops, dialect } = DIALECTS[to];

  it('keeps text, thinking, calls, stop and usage of every stream', () => {
    fc.assert(
      fc.property(someStream, (events) => {
        const answer = foldStream(events);
        const wire = translate(from, to, write(from, events));
        const reading = read(parse(wire));
        expect(reading.problems).toEqual([]);
        expect(reading.done).toBe(true);
        expect([reading.text, reading.reasoning]).toEqual([
          textOf(answer, 'text'),
          textOf(answer, 'reasoning'),
        ]);
        expect(reading.calls.map((call) => [call.name, JSON.parse(call.args) as unknown])).toEqual(
          callsOf(answer),
        );
        if (answer.stop in stops) expect(reading.stop).toBe(stops[answer.stop as 'end']);
        if (answer.usage)
          expect(figures(foldStream(decode(to, parse(wire))).usage)).toEqual(figures(answer.usage));
      }),
      RUNS,
    );
  });

  it('writes the same bytes wherever the upstream cuts its own', () => {
    fc.assert(
      fc.property(someStream, fc.nat(), (events, at) => {
        const wire = write(from, events);
        const cut = translate(from, to, wire, at % (wire.length + 1));
        expect(cut.equals(translate(from, to, wire))).toBe(true);
      }),
      RUNS,
    );
  });

  it('never takes a cut stream for a clean end', () => {
    fc.assert(
      fc.property(someStream, fc.nat(), (events, at) => {
        const wire = write(from, events);
        const whole = read(parse(translate(from, to, wire)));
        const reading = read(parse(translate(from, to, wire.subarray(0, at % (wire.length + 1)))));
        expect(reading.problems.filter((problem) => problem !== 'no message_start')).toEqual([]);
        expect(whole.text.startsWith(reading.text)).toBe(true);
        expect(reading.done).toBe(reading.error === undefined);
        if (reading.done)
          expect([reading.text, reading.calls, reading.stop]).toEqual([whole.text, whole.calls, whole.stop]);
      }),
      RUNS,
    );
  });

  it('answers a whole body as it would have streamed it', () => {
    fc.assert(
      fc.property(someAnswer, (answer) => {
        const body = DIALECTS[from].dialect.encodeResponse(answer, VIEW);
        const decoded = DIALECTS[from].dialect.decodeResponse(JSON.parse(JSON.stringify(body)) as JsonObject);
        const again = dialect.decodeResponse(dialect.encodeResponse(decoded, VIEW));
        expect([textOf(again, 'text'), textOf(again, 'reasoning')]).toEqual([
          textOf(answer, 'text'),
          textOf(answer, 'reasoning'),
        ]);
        expect(callsOf(again)).toEqual(callsOf(answer));
        if (answer.usage) expect(figures(again.usage)).toEqual(figures(answer.usage));
        if (answer.stop in stops) expect(again.stop).toBe(answer.stop);
      }),
      RUNS,
    );
  });
});

describe('gemini', () => {
  it('reads a stream and a whole body of the same answer alike', () => {
    fc.assert(
      fc.property(someAnswer, (answer) => {
        const { id: _id, ...whole } = GEMINI_GENERATE.decodeResponse(
          GEMINI_GENERATE.encodeResponse(answer, VIEW),
        );
        const { id: _streamId, ...streamed } = foldStream(
          decode('gemini', parse(write('gemini', unfoldResponse(answer)))),
        );
        expect({ ...streamed, usage: answer.usage && streamed.usage }).toEqual({
          ...whole,
          usage: answer.usage && whole.usage,
        });
      }),
      RUNS,
    );
  });

  it('decodes any events into the grammar', () => {
    const member = fc.constantFrom(
      ...'candidates content parts text thought thoughtSignature functionCall name args id inlineData data'.split(
        ' ',
      ),
      ...'finishReason finish_reason usageMetadata promptTokenCount promptFeedback blockReason error index'.split(
        ' ',
      ),
      ...'groundingMetadata groundingSupports executableCode'.split(' '),
    );
    const word = fc.constantFrom('STOP', 'OTHER', 'SAFETY', 'MALFORMED_FUNCTION_CALL', '', 'x');
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        word,
        fc.integer({ min: -1, max: 3 }),
        fc.constant(null),
        fc.boolean(),
        fc.dictionary(member, tie('value'), { maxKeys: 5 }),
        fc.array(tie('value'), { maxLength: 2 }),
      ),
    }));
    const part = fc.dictionary(member, value, { maxKeys: 3 });
    const chunk = fc
      .record({ parts: fc.array(part, { maxLength: 3 }), finishReason: word })
      .map(({ parts, finishReason }) => ({ candidates: [{ content: { parts }, finishReason }] }));
    const data = fc.oneof(
      fc.oneof(chunk, value).map((v) => JSON.stringify(v)),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(
        fc.array(
          data.map((d) => ({ data: d })),
          { maxLength: 8 },
        ),
        (events) => expect(checkGrammar(decode('gemini', events))).toEqual([]),
      ),
      { numRuns: 400 },
    );
  });
});
