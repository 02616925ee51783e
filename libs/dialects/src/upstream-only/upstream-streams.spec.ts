import type { JsonObject } from '@turnpike/kernel';
import {
  checkGrammar,
  chain,
  createSseParser,
  DIALECT_IDS,
  foldStream,
  inputTotal,
  type ChatResponse,
  type DialectId,
  type SseEvent,
  type StreamEvent,
} from '@turnpike/protocol';
import { someAnswer } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import type { ClientReader } from '../answer/fixtures/client-reading';
import { readChatStream } from '../answer/fixtures/read-chat-stream';
import { readMessagesStream } from '../answer/fixtures/read-messages-stream';
import type { AnswerView } from '../dialect';
import { readGeminiStream } from '../gemini-generate/fixtures/read-gemini-stream';
import { readResponsesStream } from '../openai-responses/fixtures/read-responses-stream';
import { DIALECTS, UPSTREAM_DIALECTS } from '../registry';
import { COHERE_WRITER } from './fixtures/cohere-writer';
import { CONVERSE_WRITER } from './fixtures/converse-writer';
import { OLLAMA_WRITER } from './fixtures/ollama-writer';
import type { WireWriter } from './fixtures/wire-writer';

const WRITERS = {
  'bedrock-converse': CONVERSE_WRITER,
  'cohere-chat': COHERE_WRITER,
  'ollama-chat': OLLAMA_WRITER,
} satisfies Record<string, WireWriter>;
type WireId = keyof typeof WRITERS;
const WIRES = Object.keys(WRITERS) as WireId[];
const PAIRS = WIRES.flatMap((wire) => DIALECT_IDS.map((client) => [wire, client] as const));

const VIEW: AnswerView = {
  id: '0193',
  model: 'alias',
  createdAt: 1_700_000_000,
  includeUsage: true,
  inputEstimate: 7,
};
const READERS: Readonly<Record<DialectId, ClientReader>> = {
  'openai-chat': (events) => readChatStream(events),
  'openai-responses': readResponsesStream,
  'anthropic-messages': readMessagesStream,
  'gemini-generate': readGeminiStream,
};
const size = fc.integer({ min: 1, max: 6 });
const cuts = fc.array(fc.nat(), { maxLength: 6 });

function read(wire: WireId, bytes: Buffer, at: readonly number[] = []): SseEvent[] {
  const reader = WRITERS[wire].createReader();
  const borders = [0, ...at.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const pieces = borders.slice(1).map((end, i) => bytes.subarray(borders[i], end));
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
}

function decode(wire: WireId, events: readonly SseEvent[]): StreamEvent[] {
  const decoder = UPSTREAM_DIALECTS[wire].createStreamDecoder({ capabilities: {}, vendor: 'bedrock' });
  return [...events.flatMap((event) => decoder.push(event)), ...decoder.end('complete')];
}

const write = (wire: WireId, answer: ChatResponse, pieces: number): Buffer =>
  Buffer.concat(WRITERS[wire].stream(answer, pieces));

function translate(wire: WireId, client: DialectId, bytes: Buffer): SseEvent[] {
  const machine = chain(
    UPSTREAM_DIALECTS[wire].createStreamDecoder({ capabilities: {}, vendor: 'bedrock' }),
    DIALECTS[client].createStreamEncoder(VIEW),
  );
  const out = [...read(wire, bytes).flatMap((event) => machine.push(event)), ...machine.end('complete')];
  const parser = createSseParser();
  return [...parser.push(Buffer.from(out.join(''))), ...parser.end()];
}

const decodeWhole = (wire: WireId, body: JsonObject): ChatResponse =>
  UPSTREAM_DIALECTS[wire].decodeResponse(JSON.parse(JSON.stringify(body)) as JsonObject, 'bedrock');

/** Arguments as values: the spelling of JSON is not carried by every wire. */
const valued = (answer: ChatResponse): unknown => ({
  ...answer,
  parts: answer.parts.map((part) =>
    part.kind === 'call' ? { ...part, args: JSON.parse(part.args) as unknown } : part,
  ),
});

const textOf = (answer: ChatResponse, kind: 'text' | 'reasoning'): string =>
  answer.parts.map((part) => (part.kind === kind && 'text' in part ? (part.text ?? '') : '')).join('');

describe.each(WIRES)('%s', (wire) => {
  const { carried, whole, error } = WRITERS[wire];

  it('reads a stream and a whole answer as what the vendor said', () => {
    fc.assert(
      fc.property(someAnswer, size, (answer, pieces) => {
        const said = valued(carried(answer));
        const events = decode(wire, read(wire, write(wire, answer, pieces)));
        expect(checkGrammar(events)).toEqual([]);
        expect(valued(foldStream(events))).toEqual(said);
        expect(valued(decodeWhole(wire, whole(answer)))).toEqual(said);
      }),
    );
  });

  it('reads the same however the bytes are cut', () => {
    fc.assert(
      fc.property(someAnswer, size, cuts, (answer, pieces, at) => {
        const bytes = write(wire, answer, pieces);
        expect(decode(wire, read(wire, bytes, at))).toEqual(decode(wire, read(wire, bytes)));
      }),
    );
  });

  it('takes a stream that was cut for an error, or for the end that it was', () => {
    fc.assert(
      fc.property(someAnswer, size, fc.nat(), (answer, pieces, at) => {
        const bytes = write(wire, answer, pieces);
        const events = decode(wire, read(wire, bytes.subarray(0, at % (bytes.length + 1))));
        expect(checkGrammar(events)).toEqual([]);
        const whole = carried(answer);
        const seen = foldStream(events);
        expect(textOf(whole, 'text').startsWith(textOf(seen, 'text'))).toBe(true);
        if (events.at(-1)?.kind !== 'finish') return;
        const { usage: _late, ...said } = whole;
        const { usage: _none, ...ended } = seen;
        expect(valued(ended)).toEqual(valued(said));
      }),
    );
  });

  it('ends with the error that comes in the middle', () => {
    fc.assert(
      fc.property(someAnswer, fc.nat(), (answer, at) => {
        const frames = WRITERS[wire].stream(answer, 3);
        const before = frames.slice(0, at % (frames.length - 1));
        const events = decode(wire, read(wire, Buffer.concat([...before, error('It broke.'), ...frames])));
        expect(checkGrammar(events)).toEqual([]);
        expect(events.at(-1)).toMatchObject({ kind: 'error', error: { message: 'It broke.' } });
      }),
    );
  });

  it('says of a whole answer what reading it says', () => {
    fc.assert(
      fc.property(someAnswer, (answer) => {
        const reading = UPSTREAM_DIALECTS[wire].readAnswer(Buffer.from(JSON.stringify(whole(answer))));
        const { parts, stop, usage } = carried(answer);
        expect(reading.error).toBeUndefined();
        expect(reading.stop).toBe(stop);
        expect(reading.usage).toEqual(usage);
        const shows = parts.some((part) => part.kind !== 'reasoning' || part.text !== undefined);
        expect(reading.content).toBe(shows);
      }),
    );
  });

  it('decodes any events into the grammar', () => {
    const word = fc.constantFrom(
      ...'messageStart contentBlockStart contentBlockDelta contentBlockStop messageStop metadata error end_turn tool_use'.split(
        ' ',
      ),
      ...'message-start content-start content-delta tool-call-start tool-call-delta tool-plan-delta message-end COMPLETE'.split(
        ' ',
      ),
      'citation-start',
      'length',
      '',
    );
    const member = fc.constantFrom(
      ...'type index delta message content text thinking tool_calls function name arguments id usage finish_reason error'.split(
        ' ',
      ),
      ...'contentBlockIndex start toolUse toolUseId input reasoningContent signature redactedContent stopReason'.split(
        ' ',
      ),
      ...'done done_reason eval_count citations sources image source bytes inputTokens'.split(' '),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        word,
        fc.integer({ min: -1, max: 3 }),
        fc.constantFrom(null, true),
        fc.dictionary(member, tie('value'), { maxKeys: 5 }),
        fc.array(tie('value'), { maxLength: 2 }),
      ),
    }));
    const data = fc.oneof(
      value.map((v) => JSON.stringify(v)),
      fc.string({ maxLength: 8 }),
    );
    const event = fc.record({ event: word, data }, { requiredKeys: ['data'] });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), (events) =>
        expect(checkGrammar(decode(wire, events))).toEqual([]),
      ),
      { numRuns: 1_000 },
    );
  });
});

describe.each(PAIRS)('%s to a client of %s', (wire, client) => {
  it('keeps text, thinking, calls and usage of every stream', () => {
    fc.assert(
      fc.property(someAnswer, size, (answer, pieces) => {
        const said = WRITERS[wire].carried(answer);
        const events = translate(wire, client, write(wire, answer, pieces));
        const reading = READERS[client](events);
        expect(reading.problems).toEqual([]);
        expect(reading.done).toBe(true);
        expect([reading.text, reading.reasoning]).toEqual([textOf(said, 'text'), textOf(said, 'reasoning')]);
        expect(reading.calls.map((call) => [call.name, JSON.parse(call.args) as unknown])).toEqual(
          said.parts.flatMap((part) =>
            part.kind === 'call' ? [[part.name, JSON.parse(part.args) as unknown]] : [],
          ),
        );
        if (!said.usage) return;
        const decoder = DIALECTS[client].createStreamDecoder({ capabilities: {} });
        const told = foldStream([
          ...events.flatMap((event) => decoder.push(event)),
          ...decoder.end('complete'),
        ]).usage;
        expect(told && [inputTotal(told), told.cacheRead, told.output]).toEqual([
          inputTotal(said.usage),
          said.usage.cacheRead,
          said.usage.output,
        ]);
      }),
    );
  });

  it('never shows a cut stream as a clean end', () => {
    fc.assert(
      fc.property(someAnswer, size, fc.nat(), (answer, pieces, at) => {
        const bytes = write(wire, answer, pieces);
        const whole = READERS[client](translate(wire, client, bytes));
        const reading = READERS[client](translate(wire, client, bytes.subarray(0, at % (bytes.length + 1))));
        expect(reading.problems.filter((problem) => problem !== 'no message_start')).toEqual([]);
        expect(whole.text.startsWith(reading.text)).toBe(true);
        expect(reading.done).toBe(reading.error === undefined);
        if (reading.done)
          expect([reading.text, reading.calls, reading.stop]).toEqual([whole.text, whole.calls, whole.stop]);
      }),
    );
  });
});
