import { GatewayError, type JsonObject } from '@turnpike/kernel';
import { NO_USAGE } from '@turnpike/protocol';
import fc from 'fast-check';
import type { OperationFront, OperationWire } from '../operation-wire';
import {
  bedrockCohereEmbeddingsWire,
  cohereEmbeddingsWire,
  fromBase64,
  geminiEmbeddingsFront,
  geminiEmbeddingsWire,
  normalise,
  ollamaEmbeddingsWire,
  openaiEmbeddingsFront,
  openaiEmbeddingsWire,
  readVector,
  titanEmbeddingsWire,
  toBase64,
  vertexEmbeddingsWire,
  type EmbeddingsAnswer,
  type EmbeddingsRequest,
} from '.';

type Wire = OperationWire<EmbeddingsRequest, EmbeddingsAnswer>;
type Front = OperationFront<EmbeddingsRequest, EmbeddingsAnswer>;

const VIEW = { id: '1', model: 'alias', createdAt: 5 };
const two: EmbeddingsRequest = { inputs: { kind: 'texts', texts: ['a', 'b'] }, encoding: 'float' };
const rich: EmbeddingsRequest = { ...two, dimensions: 2, task: 'query', user: 'u', title: 't' };

const refusal = (act: () => unknown): GatewayError => {
  try {
    act();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('what clients ask', () => {
  it.each<[string, Front, JsonObject, EmbeddingsRequest]>([
    ['a text', openaiEmbeddingsFront, { input: 'a' }, { ...two, inputs: { kind: 'texts', texts: ['a'] } }],
    [
      'everything',
      openaiEmbeddingsFront,
      { input: ['a', 'b'], dimensions: 2, user: 'u', encoding_format: 'base64', input_type: 'search_query' },
      { ...two, dimensions: 2, user: 'u', encoding: 'base64', task: 'query' },
    ],
    [
      'token ids',
      openaiEmbeddingsFront,
      { input: [1, 2], encoding_format: null },
      { inputs: { kind: 'tokens', tokens: [[1, 2]] }, encoding: 'float' },
    ],
    [
      'lists of token ids',
      openaiEmbeddingsFront,
      { input: [[1], [2, 3]] },
      { inputs: { kind: 'tokens', tokens: [[1], [2, 3]] }, encoding: 'float' },
    ],
    [
      'one content',
      geminiEmbeddingsFront,
      { content: { parts: [{ text: 'a' }, { text: 'b' }] }, task_type: 'RETRIEVAL_DOCUMENT', title: 't' },
      {
        inputs: { kind: 'texts', texts: ['a\nb'] },
        task: 'document',
        title: 't',
        encoding: 'float',
        single: true,
      },
    ],
    [
      'a batch',
      geminiEmbeddingsFront,
      {
        requests: ['a', 'b'].map((text) => ({
          model: 'models/x',
          content: { parts: [{ text }] },
          outputDimensionality: 2,
        })),
      },
      { ...two, dimensions: 2, single: false },
    ],
  ])('reads %s', (_, front, body, expected) => {
    expect(front.decode(body)).toEqual(expected);
  });

  it.each<[string, Front, JsonObject, string]>([
    ['no input', openaiEmbeddingsFront, {}, 'input'],
    ['null', openaiEmbeddingsFront, { input: null }, 'input'],
    ['an empty text', openaiEmbeddingsFront, { input: '' }, 'input'],
    ['an empty list', openaiEmbeddingsFront, { input: [] }, 'input'],
    ['an empty text in a list', openaiEmbeddingsFront, { input: ['a', ''] }, 'input[1]'],
    ['an object', openaiEmbeddingsFront, { input: { text: 'a' } }, 'input'],
    ['a number', openaiEmbeddingsFront, { input: 5 }, 'input'],
    ['mixed elements', openaiEmbeddingsFront, { input: ['a', 1] }, 'input[1]'],
    ['a token id that is none', openaiEmbeddingsFront, { input: [1, -1] }, 'input[1]'],
    ['an empty list of token ids', openaiEmbeddingsFront, { input: [[1], []] }, 'input[1]'],
    ['too many texts', openaiEmbeddingsFront, { input: Array<string>(2_049).fill('a') }, 'input'],
    ['dimensions of 0', openaiEmbeddingsFront, { input: 'a', dimensions: 0 }, 'dimensions'],
    ['dimensions in words', openaiEmbeddingsFront, { input: 'a', dimensions: 'many' }, 'dimensions'],
    ['an unknown encoding', openaiEmbeddingsFront, { input: 'a', encoding_format: 'hex' }, 'encoding_format'],
    ['no content', geminiEmbeddingsFront, {}, 'content'],
    ['content without parts', geminiEmbeddingsFront, { content: {} }, 'content.parts'],
    ['an empty part', geminiEmbeddingsFront, { content: { parts: [{ text: '' }] } }, 'content.parts'],
    ['a picture', geminiEmbeddingsFront, { content: { parts: [{ inlineData: {} }] } }, 'content.parts[0]'],
    ['an empty batch', geminiEmbeddingsFront, { requests: [] }, 'requests'],
    ['a batch of texts', geminiEmbeddingsFront, { requests: ['a'] }, 'requests[0]'],
    [
      'a batch of two minds',
      geminiEmbeddingsFront,
      {
        requests: [1, 2].map((outputDimensionality) => ({
          content: { parts: [{ text: 'a' }] },
          outputDimensionality,
        })),
      },
      'requests[1]',
    ],
  ])('refuses %s', (_, front, body, param) => {
    expect(refusal(() => front.decode(body)).details.param).toBe(param);
  });
});

describe('what vendors are asked and answer', () => {
  const vectors = [
    [1, 0],
    [0, 1],
  ];
  it.each<[string, Wire, string, readonly JsonObject[], readonly string[], readonly JsonObject[]]>([
    [
      'OpenAI',
      openaiEmbeddingsWire,
      'm',
      [{ input: ['a', 'b'], model: 'm', dimensions: 2, user: 'u', encoding_format: 'float' }],
      ['dropped:task', 'dropped:title'],
      // Out of order, and one in base64.
      [
        {
          data: [
            { index: 1, embedding: toBase64([0, 1]) },
            { index: 0, embedding: [1, 0] },
          ],
        },
      ],
    ],
    [
      'Gemini',
      geminiEmbeddingsWire,
      'g',
      [
        {
          requests: ['a', 'b'].map((text) => ({
            model: 'models/g',
            content: { parts: [{ text }] },
            taskType: 'RETRIEVAL_QUERY',
            title: 't',
            outputDimensionality: 2,
          })),
        },
      ],
      ['dropped:user'],
      [{ embeddings: [{ values: [7, 0] }, { values: [0, 0.5] }] }],
    ],
    [
      'Vertex',
      vertexEmbeddingsWire,
      'text-embedding-005',
      [
        {
          instances: ['a', 'b'].map((content) => ({ content, task_type: 'RETRIEVAL_QUERY', title: 't' })),
          parameters: { outputDimensionality: 2 },
        },
      ],
      ['dropped:user'],
      [{ predictions: [{ embeddings: { values: [3, 0] } }, { embeddings: { values: [0, 3] } }] }],
    ],
    [
      'Vertex, one by one',
      vertexEmbeddingsWire,
      'gemini-embedding-001',
      ['a', 'b'].map((content) => ({
        instances: [{ content, task_type: 'RETRIEVAL_QUERY', title: 't' }],
        parameters: { outputDimensionality: 2 },
      })),
      ['dropped:user'],
      [
        { predictions: [{ embeddings: { values: [1, 0] } }] },
        { predictions: [{ embeddings: { values: [0, 1] } }] },
      ],
    ],
    [
      'Cohere',
      cohereEmbeddingsWire,
      'embed-v4.0',
      [
        {
          model: 'embed-v4.0',
          texts: ['a', 'b'],
          input_type: 'search_query',
          embedding_types: ['float'],
          output_dimension: 2,
        },
      ],
      ['dropped:user', 'dropped:title'],
      [{ embeddings: { float: vectors } }],
    ],
    [
      'Cohere on Bedrock',
      bedrockCohereEmbeddingsWire,
      'cohere.embed-v4:0',
      [{ texts: ['a', 'b'], input_type: 'search_query', embedding_types: ['float'], output_dimension: 2 }],
      ['dropped:user', 'dropped:title'],
      [{ embeddings: vectors, response_type: 'embeddings_floats' }],
    ],
    [
      'Ollama',
      ollamaEmbeddingsWire,
      'nomic',
      [{ model: 'nomic', input: ['a', 'b'], dimensions: 2 }],
      ['dropped:task', 'dropped:user', 'dropped:title'],
      [{ embeddings: vectors }],
    ],
    [
      'Titan',
      titanEmbeddingsWire,
      'amazon.titan-embed-text-v2:0',
      [
        { inputText: 'a', dimensions: 2 },
        { inputText: 'b', dimensions: 2 },
      ],
      ['dropped:task', 'dropped:user', 'dropped:title'],
      [{ embedding: [1, 0] }, { embedding: [0, 1] }],
    ],
  ])('%s', (_, wire, model, bodies, losses, answers) => {
    expect(wire.encode(rich, model)).toEqual({ bodies, losses });
    const read = wire.decode(answers, rich);
    expect(read.vectors.map((vector) => Array.from(vector))).toEqual(vectors);
  });

  it.each<[string, Wire, number]>([
    ['OpenAI', openaiEmbeddingsWire, 2],
    ['Gemini', geminiEmbeddingsWire, 30],
    ['Vertex', vertexEmbeddingsWire, 12],
    ['Cohere', cohereEmbeddingsWire, 32],
    ['Ollama', ollamaEmbeddingsWire, 1],
  ])('%s takes 3,000 texts in so many bodies', (_, wire, bodies) => {
    const texts = Array.from({ length: 3_000 }, (__, i) => `text ${i}`);
    expect(wire.encode({ inputs: { kind: 'texts', texts }, encoding: 'float' }, 'm').bodies).toHaveLength(
      bodies,
    );
  });

  it.each<[string, Wire]>([
    ['Gemini', geminiEmbeddingsWire],
    ['Vertex', vertexEmbeddingsWire],
    ['Cohere', cohereEmbeddingsWire],
    ['Ollama', ollamaEmbeddingsWire],
    ['Titan', titanEmbeddingsWire],
  ])('%s is not asked about token ids', (_, wire) => {
    const tokens: EmbeddingsRequest = { inputs: { kind: 'tokens', tokens: [[1]] }, encoding: 'float' };
    expect(refusal(() => wire.encode(tokens, 'm')).reason).toBe('unsupported_content');
    expect(openaiEmbeddingsWire.encode(tokens, 'm').bodies).toEqual([
      { input: [[1]], model: 'm', encoding_format: 'float' },
    ]);
  });

  it.each<[string, Wire, readonly JsonObject[]]>([
    ['fewer vectors than texts', openaiEmbeddingsWire, [{ data: [{ embedding: [1] }] }]],
    ['no vectors', geminiEmbeddingsWire, [{}]],
    ['an empty vector', ollamaEmbeddingsWire, [{ embeddings: [[], [1]] }]],
    ['words', cohereEmbeddingsWire, [{ embeddings: { float: [['a'], ['b']] } }]],
    ['broken base64', openaiEmbeddingsWire, [{ data: [{ embedding: 'AA==' }, { embedding: 'AA==' }] }]],
    ['nothing', titanEmbeddingsWire, [{}, {}]],
  ])('%s is no answer', (_, wire, answers) => {
    expect(() => wire.decode(answers, two)).toThrow(SyntaxError);
  });

  it('assumes a purpose where Cohere wants one', () => {
    expect(cohereEmbeddingsWire.encode(two, 'm')).toMatchObject({
      bodies: [{ input_type: 'search_document' }],
      losses: ['assumed:input_type'],
    });
  });

  it('leaves full-length vectors of Gemini as they are', () => {
    const bodies = [{ embeddings: [{ values: [2, 0] }, { values: [0, 2] }] }];
    expect(geminiEmbeddingsWire.decode(bodies, two).vectors).toEqual([
      [2, 0],
      [0, 2],
    ]);
  });
});

describe('what clients get', () => {
  const vectors = [
    [0.25, -0.5],
    [1, 0],
  ];
  const cost = { usage: { ...NO_USAGE, input: 7 } };

  it('numbers', () => {
    expect(openaiEmbeddingsFront.encode({ vectors }, { request: two, cost, view: VIEW })).toEqual({
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [0.25, -0.5] },
        { object: 'embedding', index: 1, embedding: [1, 0] },
      ],
      model: 'alias',
      usage: { prompt_tokens: 7, total_tokens: 7 },
    });
  });

  it('base64 of little-endian floats', () => {
    const request: EmbeddingsRequest = { ...two, encoding: 'base64' };
    const body = openaiEmbeddingsFront.encode({ vectors }, { request, cost: {}, view: VIEW });
    expect(body).toMatchObject({
      data: [{ embedding: 'AACAPgAAAL8=' }, { embedding: 'AACAPwAAAAA=' }],
      usage: { prompt_tokens: 0, total_tokens: 0 },
    });
  });

  it('one value or a list, as they asked Gemini', () => {
    const one = { vectors: [new Float32Array([1, 0])] };
    const context = { cost: {}, view: VIEW };
    expect(geminiEmbeddingsFront.encode(one, { ...context, request: { ...two, single: true } })).toEqual({
      embedding: { values: [1, 0] },
    });
    expect(geminiEmbeddingsFront.encode({ vectors }, { ...context, cost, request: two })).toEqual({
      embeddings: [{ values: [0.25, -0.5] }, { values: [1, 0] }],
      usageMetadata: { promptTokenCount: 7 },
    });
  });
});

describe('vectors', () => {
  it('survive base64 as 32-bit floats', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 1 }), (floats) => {
        const read = fromBase64(toBase64(floats));
        expect([...read]).toEqual(floats);
        expect([...readVector(toBase64(read))]).toEqual(floats);
      }),
    );
  });

  it('have length 1 once normalised', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noDefaultInfinity: true, noNaN: true }), { minLength: 1 }),
        (vector) => {
          const length = Math.hypot(...normalise(vector));
          expect(length).toBeCloseTo(vector.some((component) => component !== 0) ? 1 : 0, 9);
        },
      ),
    );
  });
});
