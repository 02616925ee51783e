import {
  openOperations,
  priceOf as price,
  tellerOf,
  type OperationsFixture,
  type Teller,
} from './open-operations';

describe('JSON operations', () => {
  let fixture: OperationsFixture;
  let first: Teller;

  beforeAll(async () => {
    fixture = await openOperations({
      use: { first: 'openai-compatible' },
      models: { m: ['first/a'] },
      prices: [price('first/a')],
    });
    first = tellerOf(fixture, 'first');
  });
  afterAll(() => fixture.close());
  beforeEach(() => fixture.reset());
  afterEach(() => expect(fixture.plane.observer.defects).toEqual([]));

  describe('bodies that are wrong', () => {
    const PATHS = {
      '/v1/embeddings': 'input',
      '/v1/moderations': 'input',
      '/v1/images/generations': 'prompt',
      '/v1/audio/speech': 'input',
      '/v1/rerank': 'documents',
      '/v1/completions': 'prompt',
    };
    const wrong: [string, string, string | undefined][] = Object.entries(PATHS).flatMap(([path, subject]) =>
      (
        [
          ['', undefined],
          ['[]', undefined],
          ['"text"', undefined],
          ['{"model":"m",', undefined],
          [`{"${subject}":"a"}`, 'model'],
          [`{"model":5,"${subject}":"a"}`, 'model'],
          [`{"model":"","${subject}":"a"}`, 'model'],
          [`{"model":null,"${subject}":"a"}`, 'model'],
          ['{"model":"m"}', subject],
          [`{"model":"m","${subject}":null}`, subject],
          [`{"model":"m","${subject}":""}`, subject],
          [`{"model":"m","${subject}":[ ]}`, subject],
          [`{"model":"m","model":"other","${subject}":"a"}`, 'model'],
          [`{"model":"m","${subject}":${'['.repeat(300)}${']'.repeat(300)}}`, undefined],
        ] as [string, string | undefined][]
      ).map(([body, param]): [string, string, string | undefined] => [path, body, param]),
    );

    const flags: [string, string, string][] = [
      ['/v1/completions', '{"model":"m","prompt":"a","stream":"yes"}', 'stream'],
      ['/v1/images/generations', '{"model":"m","prompt":"a","stream":1}', 'stream'],
      ['/v1/rerank', '{"model":"m","documents":["a"]}', 'query'],
      ['/v1/rerank', '{"model":"m","documents":["a"],"query":""}', 'query'],
    ];

    it.each([...wrong, ...flags])('%s refuses %s', async (path, body, param) => {
      const response = await fixture.post(path, body);
      const { error } = (await response.json()) as { error: { type: string; param?: string } };
      expect([response.status, error.type]).toEqual([400, 'invalid_request_error']);
      if (param !== undefined) expect(error.param).toBe(param);
      expect(response.headers.get('x-turnpike-call-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(response.headers.get('x-turnpike-attempts')).toBe('0');
      expect(first.told).toEqual([]);
    });

    it.each(Object.keys(PATHS))('%s takes no body that is too large', async (path) => {
      const response = await fixture.post(path, 'x'.repeat(37 * 1024 * 1024));
      expect(response.status).toBe(413);
    });

    it.each(Object.keys(PATHS))(
      '%s knows no other method, no other key and no unknown model',
      async (path) => {
        const get = await fetch(fixture.plane.url + path, {
          headers: { authorization: `Bearer ${fixture.plane.key}` },
        });
        expect(get.status).toBe(405);
        expect((await fixture.post(path, '{}', { authorization: 'Bearer tpk_no' })).status).toBe(401);
        const unknown = { model: 'nobody', input: 'a', prompt: 'a', documents: ['a'], query: 'q' };
        const response = await fixture.post(path, unknown);
        expect(response.status).toBe(404);
        expect(await response.json()).toMatchObject({ error: { code: 'model_not_found' } });
      },
    );
  });
});
