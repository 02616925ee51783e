import type { JsonObject } from '@turnpike/kernel';
import {
  checkGrammar,
  DIALECT_IDS,
  foldStream,
  unfoldResponse,
  type ChatResponse,
  type DialectId,
  type Part,
} from '@turnpike/protocol';
import { shatter } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import { readWebCitations } from '../citations/web-citation';
import { DIALECTS } from '../registry';
import { richAnswer, severalAnswers } from './fixtures/rich-answers';
import { callsOf, decode, figures, parse, READERS, textOf, translate, VIEW, write } from './fixtures/sides';

const PAIRS = DIALECT_IDS.flatMap((from) => DIALECT_IDS.map((to) => [from, to] as const));
const RUNS = { numRuns: 80 };

/** Pages that the answer's texts rest on, and the words that do. */
const citesOf = (parts: readonly Part[]): string[] =>
  parts
    .flatMap((part) =>
      part.kind === 'text'
        ? readWebCitations(part.citations ?? [], part.text.length).map(
            ({ url, title, start, end }) => `${url} ${title} ${part.text.slice(start, end)}`,
          )
        : [],
    )
    .sort();

const pagesOf = (cites: readonly string[]): string[] => [
  ...new Set(cites.map((cite) => cite.split(' ')[0] ?? '')),
];

/** Messages keep which words rest on a page only as text, and Chat has one text alone. */
const keepsRanges = (id: DialectId): boolean => id === 'openai-responses' || id === 'gemini-generate';

const drawings = (parts: readonly Part[]): number => parts.filter((part) => part.kind === 'image').length;

/** What a client of `to` has of an answer that a server of `from` gave. */
function carry(from: DialectId, to: DialectId, answer: ChatResponse): ChatResponse {
  const body = DIALECTS[from].encodeResponse(answer, VIEW);
  const decoded = DIALECTS[from].decodeResponse(JSON.parse(JSON.stringify(body)) as JsonObject);
  return DIALECTS[to].decodeResponse(DIALECTS[to].encodeResponse(decoded, VIEW));
}

const notes = (parts: readonly Part[]): string =>
  parts
    .map((part) => (part.kind === 'image' ? '![image/png](not carried by the Messages API)' : ''))
    .join('');

describe.each(PAIRS)('%s to %s', (from, to) => {
  const messages = from === 'anthropic-messages' || to === 'anthropic-messages';

  it('keeps words, thoughts, calls, pictures and the pages they rest on, in any order', () => {
    fc.assert(
      fc.property(richAnswer, (answer) => {
        const again = carry(from, to, answer);
        // A place for pictures is what Messages lacks: it says so in a note.
        const said = textOf(again, 'text');
        if (messages) expect(said.length).toBe(textOf(answer, 'text').length + notes(answer.parts).length);
        else expect([said, drawings(again.parts)]).toEqual([textOf(answer, 'text'), drawings(answer.parts)]);
        expect(textOf(again, 'reasoning')).toBe(textOf(answer, 'reasoning'));
        expect(callsOf(again)).toEqual(callsOf(answer));
        expect(again.stop).toBe(answer.stop);
        expect(figures(again.usage, from, to)).toEqual(figures(answer.usage, from, to));
        const texts = answer.parts.filter((part) => part.kind === 'text').length;
        const [had, has] = [citesOf(answer.parts), citesOf(again.parts)];
        if (texts === 1 || (keepsRanges(from) && keepsRanges(to) && texts < 2))
          expect(pagesOf(has).sort()).toEqual(pagesOf(had).sort());
        if (texts === 1 && !messages) expect(has).toEqual(had);
      }),
      RUNS,
    );
  });

  it('streams such an answer without breaking a rule, each call with an id of its own', () => {
    fc.assert(
      fc.property(richAnswer, fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }), (answer, sizes) => {
        const events = shatter(unfoldResponse(answer), sizes);
        const wire = write(from, events);
        expect(checkGrammar(decode(from, parse(wire)))).toEqual([]);
        const reading = READERS[to](parse(translate(from, to, wire)));
        expect(reading.problems).toEqual([]);
        expect(reading.calls.map((call) => [call.name, JSON.parse(call.args) as unknown])).toEqual(
          callsOf(answer),
        );
        expect(new Set(reading.calls.map((call) => call.id)).size).toBe(reading.calls.length);
      }),
      RUNS,
    );
  });
});

const THINKING_REQUEST = DIALECTS['anthropic-messages'].decodeRequest({
  model: 'm',
  messages: [{ role: 'user', content: 'hi' }],
  thinking: { type: 'adaptive' },
});

/** Ids of items are numbered by their places, which parts that say nothing share in a stream. */
const itemless = (part: Part): Part =>
  Object.fromEntries(Object.entries(part).filter(([name]) => name !== 'itemId')) as unknown as Part;

/** What was said of each kind: Chat has one text and one list of pictures and calls, Gemini cites at its end alone. */
const saidIn = ({ parts, stop, usage }: ChatResponse): unknown => ({
  text: textOf({ parts }, 'text'),
  reasoning: textOf({ parts }, 'reasoning'),
  calls: parts.filter((part) => part.kind === 'call'),
  drawings: drawings(parts),
  stop,
  usage,
});

describe.each(DIALECT_IDS)('%s', (id) => {
  it('reads a stream and a whole body of such an answer alike', () => {
    const view = { ...VIEW, request: THINKING_REQUEST };
    const inOrder = id === 'openai-responses' || id === 'anthropic-messages';
    fc.assert(
      fc.property(richAnswer, (answer) => {
        const whole = DIALECTS[id].decodeResponse(DIALECTS[id].encodeResponse(answer, view));
        const streamed = foldStream(decode(id, parse(write(id, unfoldResponse(answer), view))));
        expect(saidIn(streamed)).toEqual(saidIn(whole));
        if (inOrder) expect(streamed.parts.map(itemless)).toEqual(whole.parts.map(itemless));
      }),
      RUNS,
    );
  });
});

const CHOOSERS = ['openai-chat', 'gemini-generate'] as const;

describe.each(CHOOSERS.flatMap((from) => CHOOSERS.map((to) => [from, to] as const)))(
  'several choices of %s to %s',
  (from, to) => {
    const told = ({ parts, stop }: Pick<ChatResponse, 'parts' | 'stop'>): unknown => [
      textOf({ parts }, 'text'),
      textOf({ parts }, 'reasoning'),
      callsOf({ parts }),
      stop,
    ];
    const toldAll = (answer: ChatResponse): unknown[] => [
      told(answer),
      ...(answer.others ?? []).map((other) => [other.choice, told(other)]),
    ];

    it('are all kept, whole and streamed', () => {
      fc.assert(
        fc.property(severalAnswers, (answer) => {
          expect(toldAll(carry(from, to, answer))).toEqual(toldAll(answer));
          const events = decode(to, parse(translate(from, to, write(from, unfoldResponse(answer)))));
          expect(checkGrammar(events)).toEqual([]);
          expect(toldAll(foldStream(events))).toEqual(toldAll(answer));
        }),
        RUNS,
      );
    });

    it('are broken where one of them has no end', () => {
      fc.assert(
        fc.property(severalAnswers, fc.nat(), (answer, at) => {
          const wire = write(from, unfoldResponse(answer));
          const cut = wire.subarray(0, at % (wire.length + 1));
          const events = decode(to, parse(translate(from, to, cut)));
          const whole = toldAll(foldStream(decode(to, parse(translate(from, to, wire)))));
          const last = events.at(-1)?.kind;
          if (last === 'finish') expect(toldAll(foldStream(events))).toEqual(whole);
          else expect(['error', 'interrupted']).toContain(last);
        }),
        RUNS,
      );
    });
  },
);
