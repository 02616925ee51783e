import {
  lastCallOf,
  openOperations,
  priceOf as price,
  sendJson,
  tellerOf,
  type OperationsFixture,
  type Teller,
} from './open-operations';

describe('operations in JSON', () => {
  let fixture: OperationsFixture;
  let first: Teller;
  let cohere: Teller;
  const lastCall = () => lastCallOf(fixture);

  beforeAll(async () => {
    fixture = await openOperations({
      use: { first: 'openai-compatible', cohere: 'cohere', groq: 'groq' },
      models: { m: ['first/a'], ranker: ['cohere/r'], groq: ['groq/g'] },
      prices: [price('first/a'), price('cohere/r', { perRequest: '0.002' })],
    });
    first = tellerOf(fixture, 'first');
    cohere = tellerOf(fixture, 'cohere');
  });
  afterAll(() => fixture.close());
  beforeEach(() => fixture.reset());
  afterEach(() => expect(fixture.plane.observer.defects).toEqual([]));

  describe('moderations', () => {
    const answer = {
      id: 'm1',
      model: 'real',
      results: [{ flagged: false, categories: {}, category_scores: {} }],
    };

    it('pass through and cost nothing', async () => {
      first.answer = (_, response) => sendJson(response, answer);
      const response = await fixture.post('/v1/moderations', { model: 'm', input: ['a'] });
      expect(await response.json()).toEqual(answer);
      expect(response.headers.get('x-turnpike-cost-usd')).toBe('0');
      expect(first.told).toMatchObject([{ path: '/v1/moderations', json: { model: 'a', input: ['a'] } }]);
      expect(await lastCall()).toMatchObject({
        operation: 'moderations',
        attempts: [{ state: 'measured', unpriced: false, lines: [], costPicoUsd: 0n }],
      });
    });

    it('are not offered by everybody', async () => {
      const response = await fixture.post('/v1/moderations', { model: 'groq', input: 'a' });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        error: {
          type: 'invalid_request_error',
          param: 'model',
          turnpike: { reason: 'operation_not_offered' },
        },
      });
    });
  });

  describe('rerank', () => {
    const documents = ['alpha', 'beta', 'gamma'];
    const results = [
      { index: 2, relevance_score: 0.9 },
      { index: 0, relevance_score: 0.2 },
    ];

    it.each(['/v1/rerank', '/v2/rerank', '/rerank'])('passes through at %s', async (path) => {
      const answer = { id: 'r', results, usage: { total_tokens: 50 }, odd: true };
      first.answer = (_, response) => sendJson(response, answer);
      const response = await fixture.post(path, { model: 'm', query: 'q', documents, top_n: 2, odd: 1 });
      expect(await response.json()).toEqual(answer);
      expect(first.told[0]).toMatchObject({ path: '/v1/rerank', json: { model: 'a', top_n: 2, odd: 1 } });
      expect(await lastCall()).toMatchObject({
        attempts: [{ usage: { input: 50 }, costPicoUsd: 100_000_000n }],
      });
    });

    it('is priced by search units where those are billed', async () => {
      cohere.answer = (_, response) =>
        sendJson(response, { id: 'r', results, meta: { billed_units: { search_units: 3 } } });
      const response = await fixture.post('/v2/rerank', { model: 'ranker', query: 'q', documents });
      expect(response.headers.get('x-turnpike-lane')).toBe('passthrough');
      expect(response.headers.get('x-turnpike-cost-usd')).toBe('0.006');
      expect(cohere.told[0]).toMatchObject({ path: '/v2/rerank', json: { model: 'r', documents } });
      expect(await lastCall()).toMatchObject({
        attempts: [{ unpriced: false, lines: [{ meter: 'request', quantity: 3 }] }],
      });
    });

    it('is translated where documents are objects, or are wanted back', async () => {
      cohere.answer = (_, response) =>
        sendJson(response, { id: 'r', results, meta: { billed_units: { search_units: 1 } } });
      const response = await fixture.post('/v1/rerank', {
        model: 'ranker',
        query: 'q',
        documents: ['alpha', { text: 'beta', id: 1 }, { text: 'gamma' }],
        return_documents: true,
      });
      expect(response.headers.get('x-turnpike-lane')).toBe('translate');
      expect(await response.json()).toMatchObject({
        results: [
          { index: 2, relevance_score: 0.9, document: { text: 'gamma' } },
          { index: 0, relevance_score: 0.2, document: { text: 'alpha' } },
        ],
        meta: { billed_units: { search_units: 1 } },
      });
      expect(cohere.told[0]?.json).toEqual({ model: 'r', query: 'q', documents });
    });

    it('keeps units that no price is known for', async () => {
      first.answer = (_, response) =>
        sendJson(response, { results, meta: { billed_units: { search_units: 2 } } });
      await fixture.post('/v1/rerank', { model: 'm', query: 'q', documents });
      expect(await lastCall()).toMatchObject({
        attempts: [
          {
            unpriced: true,
            lines: [{ meter: 'search', quantity: 2, unitPriceId: 'unpriced', costPicoUsd: 0n }],
          },
        ],
      });
    });
  });
});
