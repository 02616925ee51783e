import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@turnpike/testing';
import {
  lastCallOf,
  openOperations,
  priceOf as price,
  sendJson,
  tellerOf,
  type OperationsFixture,
  type Teller,
} from './open-operations';

describe('audio', () => {
  let fixture: OperationsFixture;
  let first: Teller;
  let second: Teller;
  const lastCall = () => lastCallOf(fixture);

  beforeAll(async () => {
    fixture = await openOperations({
      use: { first: 'openai-compatible', second: 'openai-compatible' },
      models: { m: ['first/a', 'second/b'] },
      prices: [price('first/a'), price('second/b')],
    });
    first = tellerOf(fixture, 'first');
    second = tellerOf(fixture, 'second');
  });
  afterAll(() => fixture.close());
  beforeEach(() => fixture.reset());
  afterEach(() => expect(fixture.plane.observer.defects).toEqual([]));

  describe('speech', () => {
    const say = (model = 'm', more: object = {}): Promise<Response> =>
      fixture.post('/v1/audio/speech', { model, input: 'hello', voice: 'alloy', ...more });

    it('leaves as it comes, with its own content type', async () => {
      let finish = (): void => undefined;
      first.answer = (_, response) => {
        response.writeHead(200, { 'content-type': 'audio/mpeg', 'x-secret': 'no' });
        response.write(Buffer.from([1, 2, 3]));
        finish = () => void response.end(Buffer.from([4]));
      };
      const response = await say();
      expect(response.headers.get('content-type')).toBe('audio/mpeg');
      expect(response.headers.get('x-secret')).toBeNull();
      expect(response.headers.get('x-turnpike-provider')).toBe('first');
      const reader = response.body?.getReader();
      expect(Buffer.from((await reader?.read())?.value ?? '')).toEqual(Buffer.from([1, 2, 3]));
      finish();
      expect(Buffer.from((await reader?.read())?.value ?? '')).toEqual(Buffer.from([4]));
      expect((await reader?.read())?.done).toBe(true);
      expect(first.told[0]).toMatchObject({ path: '/v1/audio/speech', headers: { accept: '*/*' } });
      // Billed, but nobody says how much: known to be unknown.
      expect(await lastCall()).toMatchObject({
        operation: 'speech',
        state: 'succeeded',
        attempts: [{ state: 'estimated', unpriced: true }],
      });
    });

    it('goes on to the next target before the first byte', async () => {
      first.answer = (_, response) => sendJson(response, { error: { message: 'busy' } }, 503);
      second.answer = (_, response) =>
        void response.writeHead(200, { 'content-type': 'audio/wav' }).end('RIFF');
      const response = await say();
      expect([response.headers.get('content-type'), await response.text()]).toEqual(['audio/wav', 'RIFF']);
    });

    it.each([
      ['an error page', 'text/html', '<html>oops</html>'],
      ['nothing', 'audio/mpeg', ''],
      ['an error', 'application/json', '{"error":{"message":"no voice"}}'],
    ])('%s with status 200 is no sound', async (_, type, body) => {
      first.answer = (__, response) => void response.writeHead(200, { 'content-type': type }).end(body);
      second.answer = (__, response) =>
        void response.writeHead(200, { 'content-type': 'audio/wav' }).end('RIFF');
      expect(await (await say()).text()).toBe('RIFF');
    });

    it('breaks off where the provider did', async () => {
      first.answer = (_, response) => {
        response.writeHead(200, { 'content-type': 'audio/mpeg', 'content-length': '1000' });
        response.write('abc');
        setTimeout(() => response.destroy(), 30);
      };
      const response = await say();
      await expect(response.arrayBuffer()).rejects.toThrow();
      expect(second.told).toEqual([]);
      expect(await lastCall()).toMatchObject({ state: 'broken', attempts: [{ waste: 'stream_broken' }] });
    });

    it('comes as events where they are asked for', async () => {
      const events = `data: {"type":"speech.audio.delta","audio":"AA"}\n\ndata: {"type":"speech.audio.done","usage":{"input_tokens":3,"output_tokens":5,"total_tokens":8}}\n\n`;
      first.answer = (_, response) =>
        void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events);
      const response = await say('m', { stream_format: 'sse' });
      expect(await response.text()).toBe(events);
      expect(await lastCall()).toMatchObject({
        attempts: [{ usage: { input: 3, output: 5 }, unpriced: false }],
      });
    });

    it('waits for a client that does not read', async () => {
      let written = 0;
      first.answer = (_, response) => {
        response.writeHead(200, { 'content-type': 'audio/wav' });
        const chunk = Buffer.alloc(64 * 1024);
        const more = (): void => {
          while (!response.destroyed && written < 200 * 1024 * 1024) {
            written += chunk.length;
            if (!response.write(chunk)) return void response.once('drain', more);
          }
        };
        more();
      };
      const body = JSON.stringify({ model: 'm', input: 'a', voice: 'v' });
      const socket = connect(fixture.plane.port, '127.0.0.1');
      socket.pause();
      socket.write(
        `POST /v1/audio/speech HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${fixture.plane.key}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      await until(() => written > 0);
      await sleep(400);
      const stuck = written;
      expect(stuck).toBeLessThan(60 * 1024 * 1024);
      await sleep(200);
      expect(written).toBe(stuck);
      socket.destroy();
      expect(await lastCall()).toMatchObject({ state: 'cancelled' });
    });
  });
});
