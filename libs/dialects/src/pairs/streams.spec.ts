import type { JsonObject } from '@turnpike/kernel';
import { DIALECT_IDS, foldStream, unfoldResponse } from '@turnpike/protocol';
import { someAnswer, someStream } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import { DIALECTS } from '../registry';
import {
  callsOf,
  decode,
  figures,
  parse,
  READERS,
  STOPS,
  textOf,
  translate,
  VIEW,
  write,
} from './fixtures/sides';

const PAIRS = DIALECT_IDS.flatMap((from) => DIALECT_IDS.map((to) => [from, to] as const));
const RUNS = { numRuns: 60 };
const pieces = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });

describe.each(PAIRS)('%s to %s', (from, to) => {
  const read = READERS[to];

  it('keeps text, thinking, calls, stop and usage of every stream', () => {
    fc.assert(
      fc.property(someStream, (events) => {
        const answer = foldStream(events);
        const wire = translate(from, to, write(from, events));
        const reading = read(parse(wire));
        expect(reading.problems).toEqual([]);
        expect(reading.done).toBe(true);
        expect(reading.text).toBe(textOf(answer, 'text'));
        expect(reading.reasoning).toBe(textOf(answer, 'reasoning'));
        expect(reading.calls.map((call) => [call.name, JSON.parse(call.args) as unknown])).toEqual(
          callsOf(answer),
        );
        if (answer.stop in STOPS[to]) expect(reading.stop).toBe(STOPS[to][answer.stop]);
        if (answer.usage)
          expect(figures(foldStream(decode(to, parse(wire))).usage, from, to)).toEqual(
            figures(answer.usage, from, to),
          );
      }),
      RUNS,
    );
  });

  it('writes the same bytes into whatever pieces the upstream cuts its own', () => {
    fc.assert(
      fc.property(someStream, pieces, (events, sizes) => {
        const wire = write(from, events);
        expect(translate(from, to, wire, sizes).equals(translate(from, to, wire))).toBe(true);
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
      RUNS,
    );
  });
});

describe.each(DIALECT_IDS)('%s', (id) => {
  it('reads a stream and a whole body of the same answer alike', () => {
    fc.assert(
      fc.property(someAnswer, (answer) => {
        const { id: _id, ...whole } = DIALECTS[id].decodeResponse(DIALECTS[id].encodeResponse(answer, VIEW));
        const wire = parse(write(id, unfoldResponse(answer)));
        const { id: _streamId, ...streamed } = foldStream(decode(id, wire));
        expect({ ...streamed, usage: answer.usage && streamed.usage }).toEqual({
          ...whole,
          usage: answer.usage && whole.usage,
        });
      }),
    );
  });
});

it('a stream of Responses says at its end what the whole body would have said', () => {
  fc.assert(
    fc.property(someAnswer, (answer) => {
      const last = parse(write('openai-responses', unfoldResponse(answer))).at(-1);
      const { response } = JSON.parse(last?.data ?? '') as { response: JsonObject };
      const body = DIALECTS['openai-responses'].encodeResponse(answer, VIEW);
      expect({ ...response, usage: answer.usage && response.usage }).toEqual({
        ...body,
        usage: answer.usage && body.usage,
      });
    }),
  );
});
