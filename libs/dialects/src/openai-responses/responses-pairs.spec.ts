import type { JsonObject } from '@turnpike/kernel';
import fc from 'fast-check';
import {
  chain,
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
import { ANTHROPIC_MESSAGES } from '../anthropic-messages';
import { readChatStream } from '../answer/fixtures/read-chat-stream';
import { readMessagesStream } from '../answer/fixtures/read-messages-stream';
import type { AnswerView, Dialect } from '../dialect';
import { OPENAI_CHAT } from '../openai-chat';
import { readResponsesStream } from './fixtures/read-responses-stream';
import { OPENAI_RESPONSES } from '.';

const VIEW: AnswerView = {
  id: '0193',
  model: 'alias',
  createdAt: 1_700_000_000,
  includeUsage: true,
  inputEstimate: 7,
};
const RUNS = { numRuns: 100 };

interface Side {
  readonly dialect: Dialect;
  readonly read: typeof readResponsesStream;
  readonly stops: Readonly<Record<string, string>>;
}

const SIDES = {
  chat: {
    dialect: OPENAI_CHAT,
    read: (events) => readChatStream(events),
    stops: { end: 'stop', tool: 'tool_calls', length: 'length' },
  },
  messages: {
    dialect: ANTHROPIC_MESSAGES,
    read: readMessagesStream,
    stops: { end: 'end_turn', tool: 'tool_use', length: 'max_tokens' },
  },
  responses: {
    dialect: OPENAI_RESPONSES,
    read: readResponsesStream,
    stops: { end: 'completed', tool: 'tool', length: 'max_output_tokens' },
  },
} satisfies Record<string, Side>;
const sideOf = (name: keyof typeof SIDES): Side => SIDES[name];
const PAIRS = [
  ['responses', 'responses'],
  ['responses', 'chat'],
  ['chat', 'responses'],
  ['responses', 'messages'],
  ['messages', 'responses'],
] as const;

const parse = (bytes: Buffer, cut = 0): SseEvent[] => {
  const parser = createSseParser();
  return [...parser.push(bytes.subarray(0, cut)), ...parser.push(bytes.subarray(cut)), ...parser.end()];
};

function write({ dialect }: Side, events: readonly StreamEvent[]): Buffer {
  const encoder = dialect.createStreamEncoder(VIEW);
  return Buffer.from(events.flatMap((event) => encoder.push(event)).join(''));
}

function decode({ dialect }: Side, events: readonly SseEvent[]): StreamEvent[] {
  const decoder = dialect.createStreamDecoder({ capabilities: {} });
  return [...events.flatMap((event) => decoder.push(event)), ...decoder.end('complete')];
}

function translate(from: Side, to: Side, wire: Buffer, cut = 0): Buffer {
  const machine = chain(
    from.dialect.createStreamDecoder({ capabilities: {} }),
    to.dialect.createStreamEncoder(VIEW),
  );
  const out = parse(wire, cut).flatMap((event) => machine.push(event));
  return Buffer.from([...out, ...machine.end('complete')].join(''));
}

const textOf = (answer: ChatResponse, kind: 'text' | 'reasoning'): string =>
  answer.parts.map((part) => (part.kind === kind && 'text' in part ? (part.text ?? '') : '')).join('');

const callsOf = (answer: ChatResponse): unknown[] =>
  answer.parts.flatMap((part) =>
    part.kind === 'call' ? [[part.name, JSON.parse(part.args) as unknown]] : [],
  );

/** Without the split of cache writes, which not every dialect can say. */
const figures = (usage: Usage | undefined): unknown =>
  usage && {
    all: inputTotal(usage),
    fresh: usage.input,
    read: usage.cacheRead,
    out: usage.output,
    thought: usage.reasoning,
  };

describe.each(PAIRS)('%s to %s', (fromName, toName) => {
  const from = sideOf(fromName);
  const to = sideOf(toName);

  it('keeps text, thinking, calls, stop and usage of every stream', () => {
    fc.assert(
      fc.property(someStream, (events) => {
        const answer = foldStream(events);
        const wire = translate(from, to, write(from, events));
        const reading = to.read(parse(wire));
        expect(reading.problems).toEqual([]);
        expect(reading.done).toBe(true);
        expect([reading.text, reading.reasoning]).toEqual([
          textOf(answer, 'text'),
          textOf(answer, 'reasoning'),
        ]);
        expect(reading.calls.map((call) => [call.name, JSON.parse(call.args) as unknown])).toEqual(
          callsOf(answer),
        );
        if (answer.stop in to.stops) expect(reading.stop).toBe(to.stops[answer.stop]);
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
        const whole = translate(from, to, wire);
        expect(translate(from, to, wire, at % (wire.length + 1)).equals(whole)).toBe(true);
      }),
      RUNS,
    );
  });

  it('never takes a cut stream for a clean end', () => {
    fc.assert(
      fc.property(someStream, fc.nat(), (events, at) => {
        const wire = write(from, events);
        const whole = to.read(parse(translate(from, to, wire)));
        const reading = to.read(parse(translate(from, to, wire.subarray(0, at % (wire.length + 1)))));
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
        const body = JSON.parse(JSON.stringify(from.dialect.encodeResponse(answer, VIEW))) as JsonObject;
        const decoded = from.dialect.decodeResponse(body);
        const again = to.dialect.decodeResponse(to.dialect.encodeResponse(decoded, VIEW));
        expect([textOf(again, 'text'), textOf(again, 'reasoning')]).toEqual([
          textOf(answer, 'text'),
          textOf(answer, 'reasoning'),
        ]);
        expect(callsOf(again)).toEqual(callsOf(answer));
        if (answer.usage) expect(figures(again.usage)).toEqual(figures(answer.usage));
        if (answer.stop in to.stops) expect(again.stop).toBe(answer.stop);
      }),
      RUNS,
    );
  });
});

it('reads a stream and a whole body of the same answer alike', () => {
  fc.assert(
    fc.property(someAnswer, (answer) => {
      const body = OPENAI_RESPONSES.encodeResponse(answer, VIEW);
      const wire = parse(write(sideOf('responses'), unfoldResponse(answer)));
      const terminal = JSON.parse(wire.at(-1)?.data ?? '') as JsonObject;
      expect({ ...(terminal.response as JsonObject), usage: answer.usage && body.usage }).toEqual({
        ...body,
        usage: answer.usage && body.usage,
      });
      const streamed = foldStream(decode(sideOf('responses'), wire));
      expect({ ...streamed, usage: answer.usage && streamed.usage }).toEqual({
        ...OPENAI_RESPONSES.decodeResponse(body),
        usage: answer.usage && streamed.usage,
      });
    }),
  );
});
