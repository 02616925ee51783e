import type { MockUpstream } from '../mock-upstream';
import { createMockUpstream, packVector, scoreOf, vectorOf } from '../mock-upstream';

let mock: MockUpstream;
beforeAll(async () => {
  mock = await createMockUpstream();
});
afterAll(() => mock.close());

async function post(
  path: string,
  body: unknown,
): Promise<{ status: number; json: Record<string, unknown>; headers: Headers }> {
  const headers = { authorization: 'Bearer key' };
  const answer = await fetch(mock.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return {
    status: answer.status,
    json: (await answer.json()) as Record<string, unknown>,
    headers: answer.headers,
  };
}

describe('what is made of the input alone', () => {
  it('is a vector of length 1, shorter ones too unless left alone', () => {
    expect(Math.hypot(...vectorOf('a', 64))).toBeCloseTo(1, 6);
    expect(Math.hypot(...vectorOf('a', 64, 8))).toBeCloseTo(1, 6);
    expect(vectorOf('a', 64, 8, false)).toEqual(vectorOf('a', 64).slice(0, 8));
    expect(vectorOf('a', 8)).not.toEqual(vectorOf('b', 8));
    expect(Buffer.from(packVector([1, -0.5]), 'base64').readFloatLE(4)).toBe(-0.5);
  });

  it('is a score that follows the words', () => {
    const [good, fair, bad] = ['blue sky', 'sky', 'stone'].map((text) => scoreOf('blue sky', text));
    expect(good).toBeGreaterThan(Number(fair));
    expect(fair).toBeGreaterThan(Number(bad));
  });
});

describe('embeddings', () => {
  it('of Cohere, in several types', async () => {
    const body = {
      model: 'embed-v4.0',
      texts: ['a', 'b'],
      input_type: 'search_query',
      embedding_types: ['float', 'base64'],
      output_dimension: 256,
    };
    const { json } = await post('/v2/embed', body);
    const vectors = ['a', 'b'].map((text) => vectorOf(text, 1536, 256));
    expect(json).toMatchObject({
      embeddings: { float: vectors, base64: vectors.map(packVector) },
      meta: { billed_units: { input_tokens: 2 } },
      response_type: 'embeddings_by_type',
    });
  });

  it('of Ollama', async () => {
    const { json } = await post('/api/embed', { model: 'm', input: ['a', 'b'] });
    expect(json).toMatchObject({ embeddings: [vectorOf('a', 16), vectorOf('b', 16)], prompt_eval_count: 2 });
  });

  it('of Titan, one text at a time', async () => {
    const { json, headers } = await post('/model/amazon.titan-embed-text-v2%3A0/invoke', {
      inputText: 'abcdefgh',
      dimensions: 256,
    });
    expect(json).toMatchObject({ embedding: vectorOf('abcdefgh', 1024, 256), inputTextTokenCount: 2 });
    expect(headers.get('x-amzn-bedrock-input-token-count')).toBe('2');
  });

  it('of Cohere at Bedrock, whose tokens stand in a header', async () => {
    const path = '/model/cohere.embed-english-v3/invoke';
    const body = { texts: ['a'], input_type: 'search_document' };
    const plain = await post(path, body);
    expect(plain.json).toMatchObject({
      embeddings: [vectorOf('a', 1024)],
      response_type: 'embeddings_floats',
    });
    expect(plain.headers.get('x-amzn-bedrock-input-token-count')).toBe('1');
    const typed = await post(path, { ...body, embedding_types: ['float'] });
    expect(typed.json).toMatchObject({ embeddings: { float: [vectorOf('a', 1024)] } });
  });

  it.each<[string, string, unknown, string]>([
    [
      'Cohere without a purpose',
      '/v2/embed',
      { model: 'm', texts: ['a'], embedding_types: ['float'] },
      'input_type',
    ],
    [
      'Cohere without a type',
      '/v2/embed',
      { model: 'm', texts: ['a'], input_type: 'search_query' },
      'embedding_types is required',
    ],
    [
      'Cohere with too many texts',
      '/v2/embed',
      {
        model: 'm',
        texts: Array.from({ length: 97 }, () => 'a'),
        input_type: 'search_query',
        embedding_types: ['float'],
      },
      'at most 96',
    ],
    ['Cohere with members of OpenAI', '/v2/embed', { model: 'm', input: 'a' }, "parameter 'input'"],
    ['Ollama with tokens', '/api/embed', { model: 'm', input: [1, 2] }, 'invalid input type'],
    ['Titan with a list', '/model/amazon.titan-embed-text-v2%3A0/invoke', { inputText: ['a'] }, 'minLength'],
    [
      'Titan with another size',
      '/model/amazon.titan-embed-text-v2%3A0/invoke',
      { inputText: 'a', dimensions: 100 },
      'dimensions',
    ],
    [
      'the first Titan with a size',
      '/model/amazon.titan-embed-text-v1/invoke',
      { inputText: 'a', dimensions: 256 },
      'extraneous key [dimensions]',
    ],
    ['an unknown model', '/model/x/invoke', { inputText: 'a' }, 'model identifier is invalid'],
  ])('of %s are refused', async (_name, path, body, words) => {
    const { status, json } = await post(path, body);
    expect([400, 422]).toContain(status);
    expect(JSON.stringify(json)).toContain(words);
  });
});

describe('rerank', () => {
  const documents = ['grey stone', 'the blue sky', 'sky'];
  const query = 'blue sky';
  const order = [1, 2, 0].map((index) => ({
    index,
    relevance_score: scoreOf(query, documents[index] ?? ''),
  }));

  it('gives the best first, with the documents when asked', async () => {
    const { json } = await post('/v1/rerank', {
      model: 'm',
      query,
      documents: documents.map((text) => ({ text })),
      top_n: 2,
      return_documents: true,
    });
    expect(json).toMatchObject({
      results: order.slice(0, 2).map((each) => ({ ...each, document: { text: documents[each.index] } })),
      meta: { billed_units: { search_units: 1 } },
      usage: { total_tokens: 9 },
    });
  });

  it('of Cohere and at Bedrock gives places and scores', async () => {
    expect((await post('/v2/rerank', { model: 'm', query, documents })).json.results).toEqual(order);
    const body = { query, documents, api_version: 2 };
    expect((await post('/model/cohere.rerank-v3-5%3A0/invoke', body)).json).toEqual({ results: order });
    expect(mock.journal.last()).toMatchObject({ operation: 'rerank', dialect: 'bedrock' });
  });

  it.each<[string, string, unknown]>([
    [
      'objects for documents in the second version',
      '/v2/rerank',
      { model: 'm', query, documents: [{ text: 'a' }] },
    ],
    [
      'return_documents in the second version',
      '/v2/rerank',
      { model: 'm', query, documents, return_documents: true },
    ],
    ['no documents', '/v1/rerank', { model: 'm', query, documents: [] }],
    ['no query', '/v1/rerank', { model: 'm', documents }],
    ['no version at Bedrock', '/model/cohere.rerank-v3-5%3A0/invoke', { query, documents }],
  ])('refuses %s', async (_name, path, body) => {
    expect([400, 422]).toContain((await post(path, body)).status);
  });
});

describe('faults', () => {
  it('strike every operation', async () => {
    const told = await post('/v1/embeddings', {
      model: 'm',
      input: '[[mock: id=op fault=429 limit=seconds waitMs=3000]]',
    });
    expect([told.status, told.headers.get('retry-after')]).toEqual([429, '3']);
    expect(mock.journal.of('op')).toHaveLength(1);
    expect(
      (await post('/v2/rerank', { model: 'm', query: '[[mock: fault=503]]', documents: ['a'] })).status,
    ).toBe(503);
  });
});
