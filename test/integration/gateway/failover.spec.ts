import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@turnpike/testing';
import {
  answerJson,
  answerStream,
  DONE,
  errorBody,
  FINISH,
  USAGE,
  openStream,
  ROLE,
  streamOf,
  TEXT,
  wholeOf,
} from './chat-events';
import {
  configOf,
  openDataPlane,
  openUpstream,
  type DataPlaneFixture,
  type RawUpstream,
  type UpstreamHandler,
} from './open-data-plane';
import { chat, openClient, postBytes } from './raw-client';

const TOO_LONG = errorBody(
  'maximum context length is 10 tokens',
  'context_length_exceeded',
  'invalid_request_error',
);
const FILTERED = errorBody('refused by our policy', 'content_policy_violation', 'invalid_request_error');

describe('attempts of one call', () => {
  let ups: RawUpstream[];
  let plane: DataPlaneFixture | undefined;

  beforeAll(async () => {
    ups = await Promise.all([openUpstream(), openUpstream(), openUpstream()]);
  });
  afterAll(() => Promise.all(ups.map((up) => up.close())));
  afterEach(async () => {
    expect(plane?.observer.defects).toEqual([]);
    expect(plane?.deps.active.size).toBe(0);
    await plane?.close();
    for (const up of ups) up.seen.length = 0;
  });

  const open = async (handlers: readonly UpstreamHandler[], over: Parameters<typeof configOf>[1] = {}) => {
    const urls = handlers.map((handler, i) => {
      const up = ups[i] as RawUpstream;
      up.handler = handler;
      return up.url;
    });
    plane = await openDataPlane(configOf(urls, over));
    return plane;
  };
  const ask = async (at: DataPlaneFixture, over: object = {}, path = '/v1/chat/completions') => {
    const before = at.ledger.calls.length;
    const response = await fetch(at.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${at.key}` },
      body: JSON.stringify(chat(over)),
    });
    const text = await response.text();
    const call = await until(() => at.ledger.calls[before]);
    return { status: response.status, headers: response.headers, text, call };
  };
  const seen = (): number[] => ups.map((up) => up.seen.length);

  const fails =
    (status: number, body = errorBody('down'), headers = {}): UpstreamHandler =>
    (_r, s) =>
      answerJson(s, body, status, headers);
  const works: UpstreamHandler = (_r, s, body) =>
    body.includes('"stream":true') ? answerStream(s, streamOf('works')) : answerJson(s, wholeOf('works'));

  const route = (urls: number, over: object): object => ({
    targets: [{ provider: `p${urls}`, model: `m${urls}` }],
    ...over,
  });

  it('another alias takes a request that is too long', async () => {
    const at = await open([fails(400, TOO_LONG), works], {
      model: route(1, { onContextExceeded: 'long' }),
      models: { long: route(2, {}) },
    });
    const { status, headers, call } = await ask(at);
    expect(status).toBe(200);
    expect(headers.get('x-turnpike-route')).toBe('long');
    expect(call.attempts).toHaveLength(2);
  });

  it('an alias behind an alias is reached', async () => {
    const at = await open([fails(400, TOO_LONG), fails(400, TOO_LONG), works], {
      model: route(1, { onContextExceeded: 'long' }),
      models: { long: route(2, { onContextExceeded: 'longest' }), longest: route(3, {}) },
    });
    expect(await ask(at)).toMatchObject({ status: 200, call: { alias: 'longest' } });
  });

  it('attempts are counted over all aliases', async () => {
    const at = await open([fails(400, TOO_LONG), works], {
      model: route(1, { onContextExceeded: 'long' }),
      models: { long: route(2, {}) },
      resilience: { maxAttempts: 1 },
    });
    const { status } = await ask(at);
    expect(status).toBe(400);
    expect(seen()).toEqual([1, 0, 0]);
  });

  it('another alias takes what a filter refused, inside keep-alives too', async () => {
    const at = await open([(_r, s) => void setTimeout(() => answerJson(s, FILTERED, 400), 100), works], {
      model: route(1, { onContentFilter: 'free' }),
      models: { free: route(2, {}) },
    });
    const answer = ask(at, { stream: true });
    await until(() => ups[0]?.seen[0]);
    at.deps.keepers.tick(Date.now() + 15_000);
    const { status, text, call } = await answer;
    expect(status).toBe(200);
    expect(text).toContain(': keep-alive');
    expect(text).toContain('works');
    expect(call).toMatchObject({ state: 'succeeded', alias: 'free' });
  });

  it.each([true, false])(
    'another alias takes what ends as filtered; without one the answer stays (stream %s)',
    async (stream) => {
      const filtered: UpstreamHandler = (_r, s) =>
        stream
          ? answerStream(s, [ROLE, FINISH.replace('"stop"', '"content_filter"'), USAGE, DONE])
          : answerJson(s, wholeOf('no').replace('"stop"', '"content_filter"'));
      const at = await open([filtered, works, filtered], {
        model: route(1, { onContentFilter: 'free' }),
        models: { free: route(2, {}), plain: route(3, {}) },
      });
      const diverted = await ask(at, { stream });
      expect(diverted).toMatchObject({ status: 200, call: { state: 'succeeded', alias: 'free' } });
      expect(diverted.text).toContain('works');
      expect(diverted.call.attempts).toMatchObject([
        { state: 'measured', waste: 'failed_attempt', failureClass: 'content_filter' },
        { state: 'measured' },
      ]);
      const plain = await ask(at, { stream, model: 'plain' });
      expect(plain).toMatchObject({ status: 200, call: { state: 'succeeded' } });
      expect(plain.text).toContain('content_filter');
    },
  );

  it('failover goes on inside keep-alives, and a final failure is an error event', async () => {
    const at = await open([
      (_r, s) => void setTimeout(() => answerJson(s, errorBody('down'), 500), 100),
      fails(503),
    ]);
    const answer = ask(at, { stream: true });
    await until(() => ups[0]?.seen[0]);
    at.deps.keepers.tick(Date.now() + 14_000);
    at.deps.keepers.tick(Date.now() + 15_500);
    at.deps.keepers.tick(Date.now() + 31_500);
    const { status, text, call } = await answer;
    expect(status).toBe(200);
    expect(text.split(': keep-alive')).toHaveLength(3);
    expect(text).toMatch(/data: \{"error":.*\n\n$/);
    expect(call).toMatchObject({ state: 'failed', status: 200 });
    expect(call.attempts).toHaveLength(2);
  });

  it('a target that cannot be asked this is no attempt', async () => {
    const at = await open([works, works, works], {
      use: 'openai-compatible',
      resilience: { maxAttempts: 1 },
      model: {
        targets: [
          { provider: 'p1', model: 'm1', dialect: 'anthropic-messages' },
          { provider: 'p2', model: 'm2' },
        ],
      },
    });
    const { status, call } = await ask(at, {
      messages: [
        { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } }] },
      ],
    });
    expect(call.dropped).toHaveLength(1);
    expect(status).toBe(200);
    expect(call.attempts).toMatchObject([{ n: 1, provider: 'p2' }]);
  });

  it('says what the target could not carry, in the head of every answer', async () => {
    const at = await open([(_r, s) => answerJson(s, errorBody('x'), 500)], {
      model: { targets: [{ provider: 'p1', model: 'm1', dialect: 'anthropic-messages' }] },
    });
    const whole = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm1',
      content: [{ type: 'text', text: 'hi' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 3, output_tokens: 2 },
    };
    const events = [
      ['message_start', { message: { ...whole, content: [], stop_reason: null } }],
      ['content_block_start', { index: 0, content_block: { type: 'text', text: '' } }],
      ['content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'hi' } }],
      ['content_block_stop', { index: 0 }],
      [
        'message_delta',
        { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 2 } },
      ],
      ['message_stop', {}],
    ].map(
      ([type, data]) => `event: ${String(type)}\ndata: ${JSON.stringify({ type, ...(data as object) })}\n\n`,
    );
    (ups[0] as RawUpstream).handler = (_r, s, body) =>
      body.includes('"stream":true') ? answerStream(s, events) : answerJson(s, JSON.stringify(whole));
    for (const stream of [false, true]) {
      const { headers, call } = await ask(at, { stream, logprobs: true, seed: 7 });
      expect(call.warnings.length).toBeGreaterThan(0);
      expect(headers.get('x-turnpike-warnings')).toBe(call.warnings.join(','));
    }
  });

  it('waits for a target that is back soon, and then asks it', async () => {
    let first = true;
    const at = await open([
      (_r, s) => {
        if (!first) return answerJson(s, wholeOf('back'));
        first = false;
        answerJson(s, errorBody('slow down', 'rate_limit_exceeded', 'requests'), 429, { 'retry-after': '1' });
      },
    ]);
    expect(await ask(at)).toMatchObject({ status: 429 });
    const began = performance.now();
    expect(await ask(at)).toMatchObject({ status: 200 });
    expect(performance.now() - began).toBeGreaterThan(500);
  });

  it('every 429 says when', async () => {
    const at = await open(
      [fails(429, errorBody('slow', 'rate_limit_exceeded', 'requests')), fails(429, '', {})],
      { resilience: { maxQueueWaitMs: 0 } },
    );
    const once = await ask(at);
    const again = await ask(at);
    for (const { status, headers, text } of [once, again]) {
      expect(status).toBe(429);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(text).toContain('retry_after_s');
    }
  });

  it('the deadline ends attempts and the waits between them', async () => {
    const at = await open([(_r, s) => openStream(s), works], {
      resilience: { deadlineMs: 1000 },
      timeouts: { firstByteMs: 5000, idleMs: 5000 },
    });
    const began = performance.now();
    const { status, text, call } = await ask(at, { stream: true });
    expect(status).toBe(504);
    expect(performance.now() - began).toBeLessThan(1500);
    expect(text).toContain('deadline_exceeded');
    expect(call).toMatchObject({ state: 'failed', reason: 'deadline_exceeded' });
    expect(call.attempts).toHaveLength(1);
  });

  it('a target that takes longer than its provider is given is left for the next', async () => {
    const trickle: UpstreamHandler = (_r, s) => {
      openStream(s);
      const drip = setInterval(() => s.write(': waiting\n\n'), 100);
      s.on('close', () => clearInterval(drip));
    };
    const at = await open([trickle, works], { timeouts: { totalMs: 700 } });
    const { status, text, call } = await ask(at, { stream: true });
    expect(status).toBe(200);
    expect(text).toContain('works');
    expect(call.attempts[0]).toMatchObject({ reason: 'total_timeout', failureClass: 'server' });
  });

  it('calls under way keep the configuration they began with', async () => {
    const at = await open([
      (_r, s) => {
        openStream(s);
        s.write(ROLE + TEXT('old'));
        setTimeout(() => s.end(streamOf('end').slice(1).join('')), 300);
      },
      works,
    ]);
    const client = openClient(at.port);
    client.send(postBytes(at.key, chat({ stream: true })));
    await until(() => client.text().includes('old'));
    at.reload(configOf([ups[1]?.url ?? '']));
    const next = await ask(at);
    expect(next.text).toContain('works');
    await until(() => at.ledger.calls.length === 2);
    expect(at.ledger.calls.every(({ state }) => state === 'succeeded')).toBe(true);
    await until(() => client.text().includes('[DONE]'));
    client.socket.destroy();
    await sleep(10);
  });
});
