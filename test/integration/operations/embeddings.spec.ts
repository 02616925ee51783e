import { until } from '@turnpike/testing';
import { openOperations, sendJson, tellerOf, type OperationsFixture, type Teller } from './open-operations';

const floatsOf = (base64: string): number[] => {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
};
const base64Of = (floats: readonly number[]): string => {
  const bytes = Buffer.alloc(4 * floats.length);
  floats.forEach((float, i) => bytes.writeFloatLE(float, 4 * i));
  return bytes.toString('base64');
};
const listOf = (vectors: readonly unknown[], tokens = 7): object => ({
  object: 'list',
  data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
  model: 'real',
  usage: { prompt_tokens: tokens, total_tokens: tokens },
});

interface Answered {
  readonly data: readonly { readonly index: number; readonly embedding: number[] | string }[];
  readonly usage: { readonly prompt_tokens: number };
  readonly model: string;
  readonly error?: {
    readonly message: string;
    readonly param?: string;
    readonly turnpike: { readonly reason: string };
  };
}

describe('embeddings', () => {
  let fixture: OperationsFixture;
  let openai: Teller;
  let gemini: Teller;
  let cohere: Teller;
  let bedrock: Teller;
  const ask = async (model: string, body: object, path = '/v1/embeddings'): Promise<[Response, Answered]> => {
    const response = await fixture.post(path, { model, ...body });
    return [response, (await response.json()) as Answered];
  };
  const attempts = (): readonly unknown[] => fixture.plane.ledger.calls.flatMap((call) => call.attempts);

  beforeAll(async () => {
    fixture = await openOperations({
      use: {
        openai: 'openai-compatible',
        gemini: 'gemini-compatible',
        cohere: 'cohere',
        ollama: 'ollama',
        bedrock: 'bedrock',
        claude: 'anthropic-compatible',
      },
      models: {
        plain: ['openai/e1'],
        google: ['gemini/g1'],
        chain: ['claude/c1', 'gemini/g1', 'openai/e1'],
        claude: ['claude/c1'],
        both: ['cohere/c2', 'openai/e1'],
      },
      prices: ['openai/e1', 'gemini/g1', 'cohere/c2', 'bedrock/*'].map((target) => ({
        provider: target.split('/')[0],
        model: target.split('/')[1],
        inputPerMTok: '2',
        outputPerMTok: '0',
      })),
    });
    openai = tellerOf(fixture, 'openai');
    gemini = tellerOf(fixture, 'gemini');
    cohere = tellerOf(fixture, 'cohere');
    bedrock = tellerOf(fixture, 'bedrock');
  });
  afterAll(() => fixture.close());
  beforeEach(() => fixture.reset());
  afterEach(() => expect(fixture.plane.observer.defects).toEqual([]));

  it('pass through untouched but for the model, priced in the head', async () => {
    const sent = '{"data":[ {"index":0,"embedding":[0.1]} ],"usage":{"prompt_tokens":1000000},"x":1}';
    openai.answer = (_, response) => void response.setHeader('content-type', 'application/json').end(sent);
    const response = await fixture.post(
      '/v1/embeddings',
      '{ "user":"u", "model":"plain","input":"a","odd":1e2 }',
    );
    expect(await response.text()).toBe(sent);
    expect(openai.told).toMatchObject([
      { path: '/v1/embeddings', json: { user: 'u', model: 'e1', input: 'a', odd: 100 } },
    ]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-turnpike-provider': 'openai',
      'x-turnpike-model': 'e1',
      'x-turnpike-lane': 'passthrough',
      'x-turnpike-attempts': '1',
      'x-turnpike-cost-usd': '2',
    });
    await until(() => fixture.plane.ledger.calls.length === 1);
    expect(fixture.plane.ledger.calls).toMatchObject([
      {
        operation: 'embeddings',
        state: 'succeeded',
        attempts: [{ state: 'measured', usage: { input: 1e6 } }],
      },
    ]);
  });

  it.each([
    ['base64 that the provider does not know', 'base64', [0.5, -1], base64Of([0.5, -1])],
    ['floats that the provider wrote as base64', 'float', base64Of([0.5, -1]), [0.5, -1]],
    ['floats', 'float', [0.5], [0.5]],
    ['base64', 'base64', base64Of([0.5]), base64Of([0.5])],
  ])('come as %s', async (_, encoding_format, upstream, expected) => {
    openai.answer = (__, response) => sendJson(response, listOf([upstream]));
    const [, body] = await ask('plain', { input: ['a'], encoding_format });
    expect(body.data[0]?.embedding).toEqual(expected);
  });

  it.each<[string, string, Record<string, unknown>, object, string]>([
    [
      'gemini/g1',
      '/v1beta/models/g1:batchEmbedContents',
      {
        requests: ['a', 'b'].map((text) => ({
          model: 'models/g1',
          content: { parts: [{ text }] },
          outputDimensionality: 2,
        })),
      },
      { embeddings: [{ values: [3, 4] }, { values: [0, 2] }] },
      'dropped:user',
    ],
    [
      'cohere/c2',
      '/v2/embed',
      {
        model: 'c2',
        texts: ['a', 'b'],
        input_type: 'search_document',
        embedding_types: ['float'],
        output_dimension: 2,
      },
      {
        embeddings: {
          float: [
            [0.6, 0.8],
            [0, 1],
          ],
        },
        meta: { billed_units: { input_tokens: 7 } },
      },
      'assumed:input_type,dropped:user',
    ],
    [
      'ollama/nomic',
      '/api/embed',
      { model: 'nomic', input: ['a', 'b'], dimensions: 2 },
      {
        embeddings: [
          [0.6, 0.8],
          [0, 1],
        ],
        prompt_eval_count: 7,
      },
      'dropped:user',
    ],
  ])('are translated for %s', async (model, path, told, answer, warnings) => {
    const teller = tellerOf(fixture, model.split('/')[0] ?? '');
    teller.answer = (_, response) => sendJson(response, answer);
    const [response, body] = await ask(model, {
      input: ['a', 'b'],
      dimensions: 2,
      user: 'u',
      encoding_format: 'base64',
    });
    expect(teller.told).toMatchObject([{ path, json: told }]);
    expect(response.headers.get('x-turnpike-lane')).toBe('translate');
    expect(response.headers.get('x-turnpike-warnings')).toBe(warnings);
    expect(body.model).toBe(model);
    const vectors = body.data.map(({ embedding }) => floatsOf(String(embedding)));
    expect(vectors.map((vector) => vector.map((x) => Math.round(x * 1e6) / 1e6))).toEqual([
      [0.6, 0.8],
      [0, 1],
    ]);
  });

  it('are asked of Titan one by one, answered in order and counted together', async () => {
    bedrock.answer = (_, response, body) => {
      const { inputText } = JSON.parse(body.toString()) as { inputText: string };
      const place = Number(inputText);
      // Later questions are answered sooner.
      setTimeout(() => sendJson(response, { embedding: [place], inputTextTokenCount: 10 }), 30 - 3 * place);
    };
    const input = Array.from({ length: 9 }, (_, i) => String(i));
    const [response, body] = await ask('bedrock/amazon.titan-embed-text-v2:0', { input });
    expect(response.status).toBe(200);
    expect(body.data.map(({ embedding }) => embedding)).toEqual(input.map((i) => [Number(i)]));
    expect(body.usage.prompt_tokens).toBe(90);
    expect(bedrock.told).toHaveLength(9);
    expect(bedrock.told[0]).toMatchObject({
      path: '/model/amazon.titan-embed-text-v2%3A0/invoke',
      json: { inputText: '0' },
      headers: { authorization: 'Bearer secret-of-bedrock' },
    });
    await until(() => attempts().length > 0);
    // One attempt: its figures are those of all exchanges.
    expect(attempts()).toMatchObject([{ n: 1, usage: { input: 90 }, costPicoUsd: 180_000_000n }]);
  });

  it('are split at the limit of the vendor and joined', async () => {
    gemini.answer = (_, response, body) => {
      const { requests } = JSON.parse(body.toString()) as {
        requests: { content: { parts: [{ text: string }] } }[];
      };
      const embeddings = requests.map(({ content }) => ({ values: [Number(content.parts[0].text)] }));
      sendJson(response, { embeddings });
    };
    const input = Array.from({ length: 250 }, (_, i) => String(i + 1));
    const [, body] = await ask('google', { input });
    expect(gemini.told.map(({ json }) => (json['requests'] as unknown[]).length).sort()).toEqual([
      100, 100, 50,
    ]);
    expect(body.data.map(({ index, embedding }) => [index, embedding])).toEqual(
      input.map((text, i) => [i, [Number(text)]]),
    );
  });

  it('never mix the vectors of two models, and pay for what was answered before a failure', async () => {
    let asked = 0;
    cohere.answer = (_, response, body) => {
      const { texts } = JSON.parse(body.toString()) as { texts: string[] };
      if (++asked === 2) return setTimeout(() => sendJson(response, { message: 'down' }, 500), 100);
      sendJson(response, {
        embeddings: { float: texts.map(() => [1]) },
        meta: { billed_units: { input_tokens: 1_000 } },
      });
    };
    openai.answer = (_, response) => sendJson(response, listOf(Array<number[]>(150).fill([2])));
    const [response, body] = await ask('both', { input: Array<string>(150).fill('a') });
    expect(response.status).toBe(200);
    expect(body.data.every(({ embedding }) => Array.isArray(embedding) && embedding[0] === 2)).toBe(true);
    await until(() => attempts().length === 2);
    expect(attempts()).toMatchObject([
      {
        provider: 'cohere',
        status: 500,
        state: 'measured',
        waste: 'failed_attempt',
        usage: { input: 1_000 },
      },
      { provider: 'openai', status: 200, usage: { input: 7 } },
    ]);
  });

  it('pass over targets that do not offer them, and say so', async () => {
    gemini.answer = (_, response) => sendJson(response, { embeddings: [{ values: [1] }] });
    const [response] = await ask('chain', { input: 'a' });
    expect([response.status, response.headers.get('x-turnpike-provider')]).toEqual([200, 'gemini']);
    await until(() => fixture.plane.ledger.calls.length === 1);
    expect(fixture.plane.ledger.calls[0]?.dropped).toMatchObject([
      { provider: 'claude', model: 'c1', reason: 'operation_not_offered' },
    ]);
    const [refused, { error }] = await ask('claude', { input: 'a' });
    expect(refused.status).toBe(400);
    expect(error).toMatchObject({ param: 'model', turnpike: { reason: 'operation_not_offered' } });
    expect(error?.message).toContain('does not offer embeddings');
    expect(refused.headers.get('x-turnpike-attempts')).toBe('0');
  });

  it('go on to the next target when token ids mean nothing to one', async () => {
    openai.answer = (_, response) => sendJson(response, listOf([[1]]));
    const [response] = await ask('chain', { input: [1, 2, 3] });
    expect([response.status, response.headers.get('x-turnpike-provider')]).toEqual([200, 'openai']);
    const [refused, { error }] = await ask('google', { input: [[1, 2]] });
    expect(refused.status).toBe(400);
    expect(error).toMatchObject({ param: 'input', turnpike: { reason: 'unsupported_content' } });
  });

  it('of a provider without the endpoint keep nobody from its other operations', async () => {
    openai.answer = (_, response) => sendJson(response, { error: { message: 'no such path' } }, 404);
    expect((await ask('plain', { input: 'a' }))[0].status).toBe(404);
    openai.answer = (_, response) => sendJson(response, listOf([[1]]));
    expect((await ask('plain', { input: 'a' }))[0].status).toBe(200);
  });

  it.each([
    ['fewer vectors', { embeddings: [{ values: [1] }] }],
    ['none', {}],
    ['an error', { error: { code: 500, message: 'inside' } }],
    ['words', { embeddings: [{ values: ['a'] }, { values: ['b'] }] }],
  ])('that come as %s are a failure of the target', async (_, answer) => {
    gemini.answer = (__, response) => sendJson(response, answer);
    openai.answer = (__, response) => sendJson(response, listOf([[1], [2]]));
    const [response] = await ask('chain', { input: ['a', 'b'] });
    expect([response.status, response.headers.get('x-turnpike-provider')]).toEqual([200, 'openai']);
    const [alone] = await ask('google', { input: ['a', 'b'] });
    expect(alone.status).toBe(502);
  });

  describe('for clients of Gemini', () => {
    const embed = (model: string, verb: string, body: object): Promise<Response> =>
      fixture.post(`/v1beta/models/${model}:${verb}`, body);
    const content = { parts: [{ text: 'a' }] };

    it('pass through with the name of the model in every place', async () => {
      gemini.answer = (_, response) => sendJson(response, { embedding: { values: [2] }, x: 1 });
      const one = await embed('google', 'embedContent', { model: 'models/google', content, odd: 1 });
      expect(await one.json()).toEqual({ embedding: { values: [2] }, x: 1 });
      await embed('google', 'batchEmbedContents', { requests: [{ model: 'models/google', content }] });
      expect(gemini.told).toMatchObject([
        { path: '/v1beta/models/g1:embedContent', json: { model: 'models/g1', content, odd: 1 } },
        {
          path: '/v1beta/models/g1:batchEmbedContents',
          json: { requests: [{ model: 'models/g1', content }] },
        },
      ]);
    });

    it('are translated, one and many', async () => {
      openai.answer = (_, response, body) => {
        const { input } = JSON.parse(body.toString()) as { input: string[] };
        sendJson(response, listOf(input.map((_text, i) => [i + 1])));
      };
      const one = await embed('plain', 'embedContent', { content, outputDimensionality: 8 });
      expect(await one.json()).toEqual({
        embedding: { values: [1] },
        usageMetadata: { promptTokenCount: 7 },
      });
      const many = await embed('plain', 'batchEmbedContents', { requests: [{ content }, { content }] });
      expect(await many.json()).toMatchObject({ embeddings: [{ values: [1] }, { values: [2] }] });
      expect(openai.told).toMatchObject([
        { json: { model: 'e1', input: ['a'], dimensions: 8, encoding_format: 'float' } },
        { json: { model: 'e1', input: ['a', 'a'] } },
      ]);
    });

    it('fail in their own dialect', async () => {
      const response = await embed('plain', 'embedContent', { content: { parts: [{ inlineData: {} }] } });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: 400, status: 'INVALID_ARGUMENT' } });
      expect((await embed('claude', 'embedContent', { content })).status).toBe(400);
      expect((await embed('nobody', 'embedContent', { content })).status).toBe(404);
    });
  });
});
