import {
  lastCallOf,
  openOperations,
  priceOf as price,
  sendJson,
  tellerOf,
  type OperationsFixture,
  type Teller,
} from './open-operations';

describe('image generation', () => {
  let fixture: OperationsFixture;
  let first: Teller;
  let second: Teller;
  let google: Teller;
  const lastCall = () => lastCallOf(fixture);

  beforeAll(async () => {
    fixture = await openOperations({
      use: { first: 'openai-compatible', second: 'openai-compatible', google: 'gemini-compatible' },
      models: { m: ['first/a', 'second/b'], both: ['google/imagen-4', 'first/a'] },
      prices: [price('first/a'), price('second/b')],
    });
    first = tellerOf(fixture, 'first');
    second = tellerOf(fixture, 'second');
    google = tellerOf(fixture, 'google');
  });
  afterAll(() => fixture.close());
  beforeEach(() => fixture.reset());
  afterEach(() => expect(fixture.plane.observer.defects).toEqual([]));

  describe('pictures', () => {
    it('pass through, priced by tokens', async () => {
      const answer = {
        created: 1,
        data: [{ b64_json: 'AAAA' }],
        usage: { input_tokens: 10, output_tokens: 100 },
      };
      first.answer = (_, response) => sendJson(response, answer);
      const response = await fixture.post('/v1/images/generations', { model: 'm', prompt: 'p', size: '1x1' });
      expect(await response.json()).toEqual(answer);
      expect(first.told[0]).toMatchObject({
        path: '/v1/images/generations',
        json: { model: 'a', size: '1x1' },
      });
      expect(await lastCall()).toMatchObject({
        operation: 'image-generations',
        attempts: [{ unpriced: false, usage: { input: 10, output: 100 }, costPicoUsd: 420_000_000n }],
      });
    });

    it('are counted where nobody tells tokens', async () => {
      first.answer = (_, response) => sendJson(response, { created: 1, data: [{ url: 'u' }, { url: 'v' }] });
      await fixture.post('/v1/images/generations', { model: 'm', prompt: 'p', n: 2 });
      expect(await lastCall()).toMatchObject({
        attempts: [{ unpriced: true, lines: [{ meter: 'image', quantity: 2 }] }],
      });
    });

    const event = (body: object): string => `event: x\ndata: ${JSON.stringify(body)}\n\n`;

    it('come as events, and go on to the next target before the first', async () => {
      const events =
        event({ type: 'image_generation.partial_image', b64_json: 'A'.repeat(200_000) }) +
        event({
          type: 'image_generation.completed',
          b64_json: 'BB',
          usage: { input_tokens: 1, output_tokens: 2 },
        });
      first.answer = (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.flushHeaders();
        response.destroy();
      };
      second.answer = (_, response) =>
        void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events);
      const response = await fixture.post('/v1/images/generations', {
        model: 'm',
        prompt: 'p',
        stream: true,
      });
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      expect(await response.text()).toBe(events);
      expect(await lastCall()).toMatchObject({
        stream: true,
        attempts: [{ provider: 'first' }, { provider: 'second', usage: { input: 1, output: 2 } }],
      });
    });

    it('break off with an error event', async () => {
      first.answer = (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(event({ type: 'image_generation.partial_image', b64_json: 'AA' }));
        setTimeout(() => response.destroy(), 30);
      };
      const response = await fixture.post('/v1/images/generations', {
        model: 'm',
        prompt: 'p',
        stream: true,
      });
      expect(await response.text()).toMatch(/partial_image[^]*data: \{"error":/);
      expect(second.told).toEqual([]);
      expect(await lastCall()).toMatchObject({ state: 'broken' });
    });

    it('come as one event from a provider that does not stream', async () => {
      first.answer = (_, response) => sendJson(response, { created: 1, data: [{ b64_json: 'AA' }] });
      const response = await fixture.post('/v1/images/generations', {
        model: 'm',
        prompt: 'p',
        stream: true,
      });
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      expect(await response.text()).toBe(
        'data: {"created":1,"data":[{"b64_json":"AA"}]}\n\ndata: [DONE]\n\n',
      );
    });
  });

  describe('pictures of other vendors', () => {
    it('are made by Imagen and counted', async () => {
      google.answer = (_, response) =>
        sendJson(response, { predictions: [{ bytesBase64Encoded: 'AA' }, { bytesBase64Encoded: 'BB' }] });
      const body = { model: 'both', prompt: 'p', n: 2, size: '1024x1024' };
      const response = await fixture.post('/v1/images/generations', body);
      expect(await response.json()).toMatchObject({ data: [{ b64_json: 'AA' }, { b64_json: 'BB' }] });
      expect(google.told).toMatchObject([
        {
          path: '/v1beta/models/imagen-4:predict',
          json: { instances: [{ prompt: 'p' }], parameters: { sampleCount: 2, aspectRatio: '1:1' } },
        },
      ]);
      expect(await lastCall()).toMatchObject({
        attempts: [{ lane: 'translate', unpriced: true, lines: [{ meter: 'image', quantity: 2 }] }],
      });
    });

    it('are made by chats that answer in pictures', async () => {
      google.answer = (_, response) =>
        sendJson(response, {
          candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data: 'AA' } }] } }],
          usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 1290, totalTokenCount: 1294 },
        });
      const body = { model: 'google/gemini-2.5-flash-image', prompt: 'p', n: 2 };
      const response = await fixture.post('/v1/images/generations', body);
      expect(await response.json()).toMatchObject({
        data: [{ b64_json: 'AA' }, { b64_json: 'AA' }],
        usage: { input_tokens: 8, output_tokens: 2580 },
      });
      expect(google.told.map(({ path }) => path)).toEqual(
        Array(2).fill('/v1beta/models/gemini-2.5-flash-image:generateContent'),
      );
    });

    it('that are withheld are answered as such', async () => {
      google.answer = (_, response) =>
        sendJson(response, { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } });
      const response = await fixture.post('/v1/images/generations', {
        model: 'google/gemini-2.5-flash-image',
        prompt: 'p',
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { turnpike: { reason: 'content_filtered' } } });
    });

    it('do not stream: somebody else is asked', async () => {
      first.answer = (_, response) =>
        void response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .end('data: {"type":"image_generation.completed","b64_json":"AA"}\n\n');
      const body = { model: 'both', prompt: 'p', stream: true };
      const response = await fixture.post('/v1/images/generations', body);
      expect(response.headers.get('x-turnpike-provider')).toBe('first');
    });
  });
});
