import type { JsonObject } from '@turnpike/kernel';
import { NO_USAGE, SseSplitter } from '@turnpike/protocol';
import { TAP } from '../../dialect';
import type { OperationCost } from '../operation-wire';
import { createOperationTap, readCost, readHeadCost, readJsonAnswer, sumCosts } from '.';

const tokens = (input: number, output = 0, more = {}): OperationCost => ({
  usage: { ...NO_USAGE, input, output, ...more },
});

describe('readCost', () => {
  it.each<[string, JsonObject, OperationCost]>([
    ['embeddings', { usage: { prompt_tokens: 5, total_tokens: 5 } }, tokens(5)],
    ['a bare total (Voyage, Jina)', { usage: { total_tokens: 9 } }, tokens(9)],
    ['completions', { usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 } }, tokens(5, 2)],
    [
      'pictures',
      { usage: { input_tokens: 5, output_tokens: 20, input_tokens_details: { cached_tokens: 2 } } },
      tokens(3, 20, { cacheRead: 2 }),
    ],
    [
      'a transcript in tokens',
      { text: 'a', duration: 4, usage: { type: 'tokens', input_tokens: 14, output_tokens: 3 } },
      tokens(14, 3),
    ],
    ['a transcript in seconds', { usage: { type: 'duration', seconds: 4 } }, { units: { audio_in: 4 } }],
    ['a verbose transcript', { text: 'a', duration: 4.2 }, { units: { audio_in: 5 } }],
    ['search units', { meta: { billed_units: { search_units: 2 } } }, { units: { search: 2 } }],
    ["Cohere's tokens", { meta: { billed_units: { input_tokens: 4 } } }, tokens(4)],
    ['Gemini', { usageMetadata: { promptTokenCount: 6 } }, tokens(6)],
    ['Titan', { inputTextTokenCount: 3 }, tokens(3)],
    ['Ollama', { prompt_eval_count: 8 }, tokens(8)],
    [
      'Vertex',
      {
        predictions: [2, 3].map((token_count) => ({ embeddings: { statistics: { token_count } } })),
      },
      tokens(5),
    ],
    ['nothing', { data: [], usage: null }, {}],
    ['figures that are none', { usage: { prompt_tokens: 'many' }, duration: -1 }, {}],
  ])('reads %s', (_, body, expected) => {
    expect(readCost(body)).toEqual(expected);
  });

  it.each<[string, readonly string[], OperationCost]>([
    [
      'both',
      ['x', 'y', 'x-amzn-bedrock-input-token-count', '7', 'x-amzn-bedrock-output-token-count', '2'],
      tokens(7, 2),
    ],
    ['input alone', ['x-amzn-bedrock-input-token-count', '7'], tokens(7)],
    ['none', ['content-type', 'application/json'], {}],
    ['a figure that is none', ['x-amzn-bedrock-input-token-count', 'many'], {}],
  ])('reads %s from the head', (_, headers, expected) => {
    expect(readHeadCost(headers)).toEqual(expected);
  });

  it('adds what several answers cost, when each of them says so', () => {
    expect(
      sumCosts([
        tokens(2, 1),
        { ...tokens(3), units: { search: 1 } },
        { ...tokens(1), units: { search: 2 } },
      ]),
    ).toEqual({ ...tokens(6, 1), units: { search: 3 } });
    expect(sumCosts([tokens(2), { units: { audio_in: 1 } }])).toEqual({ units: { audio_in: 1 } });
    expect(sumCosts([])).toEqual({});
  });
});

describe('readJsonAnswer', () => {
  it.each<[string, JsonObject, object]>([
    ['vectors', { data: [{}], usage: { total_tokens: 2 } }, { content: true, elements: 1, ...tokens(2) }],
    ['an empty transcript', { text: '' }, { content: true, elements: 0 }],
    [
      'Gemini',
      { embedding: { values: [1] }, usageMetadata: { promptTokenCount: 4 } },
      { content: true, elements: 0, ...tokens(4) },
    ],
    [
      'an error',
      { error: { message: 'm', code: 3 } },
      { content: false, elements: 0, error: { message: 'm', code: '3' } },
    ],
    ['no error', { data: [], error: null }, { content: true, elements: 0 }],
    ['nothing', {}, { content: false, elements: 0 }],
    ['null', { data: null, results: null }, { content: false, elements: 0 }],
  ])('reads %s', (_, body, expected) => {
    expect(readJsonAnswer(Buffer.from(JSON.stringify(body)))).toEqual(expected);
  });

  it.each(['', 'no', '[]', '{"data":[}', '<html>'])('does not take %j for an answer', (text) => {
    expect(() => readJsonAnswer(Buffer.from(text))).toThrow();
  });
});

describe('createOperationTap', () => {
  const image = 'A'.repeat(100_000);
  const feed = (
    events: readonly string[],
  ): { bits: number[]; tap: ReturnType<typeof createOperationTap> } => {
    const tap = createOperationTap();
    const bits: number[] = [];
    new SseSplitter().push(Buffer.from(events.join('')), (bytes, start, end) =>
      bits.push(tap.inspect(bytes, start, end)),
    );
    return { bits, tap };
  };
  const event = (body: JsonObject, name?: string): string =>
    `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(body)}\n\n`;
  const choice = (text: string, finish_reason: string | null = null): JsonObject => ({
    choices: [{ text, index: 0, finish_reason }],
  });

  it.each<[string, readonly string[], readonly number[], OperationCost]>([
    [
      'completions',
      [
        event(choice('hi')),
        event(choice('', 'length')),
        event({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } }),
        'data: [DONE]\n\n',
      ],
      [TAP.CONTENT, TAP.FINISH, TAP.USAGE_ONLY, TAP.TERMINAL],
      tokens(1, 2),
    ],
    [
      'pictures',
      [
        event({ type: 'image_generation.partial_image', b64_json: image }),
        event({
          type: 'image_generation.completed',
          b64_json: image,
          usage: { input_tokens: 3, output_tokens: 9 },
        }),
      ],
      [TAP.CONTENT, TAP.CONTENT | TAP.FINISH],
      tokens(3, 9),
    ],
    [
      'a large last event without figures',
      [event({ type: 'image_edit.completed', b64_json: image })],
      [TAP.CONTENT | TAP.FINISH],
      {},
    ],
    [
      'speech',
      [
        ': hello\n\n',
        event({ type: 'speech.audio.delta', audio: 'AAAA' }),
        event({ type: 'speech.audio.done', usage: { input_tokens: 4, output_tokens: 6, total_tokens: 10 } }),
      ],
      [0, TAP.CONTENT, TAP.CONTENT | TAP.FINISH],
      tokens(4, 6),
    ],
    [
      'a transcript',
      [
        event({ type: 'transcript.text.delta', delta: 'abc' }),
        event({ type: 'transcript.text.done', text: 'abc', usage: { type: 'duration', seconds: 2 } }),
      ],
      [TAP.CONTENT, TAP.CONTENT | TAP.FINISH],
      { units: { audio_in: 2 } },
    ],
    ['an error', [event({ error: { message: 'm' } })], [TAP.ERROR], {}],
    ['a named error', [event({ message: 'm' }, 'error')], [TAP.ERROR], {}],
  ])('meters %s', (_, events, bits, cost) => {
    const seen = feed(events);
    expect(seen.bits).toEqual(bits);
    expect({
      ...(seen.tap.usage && { usage: seen.tap.usage }),
      ...(seen.tap.units && { units: seen.tap.units }),
    }).toEqual(cost);
  });
});
