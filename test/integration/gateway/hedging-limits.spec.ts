import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@turnpike/testing';
import { answerJson, DONE, FINISH, openStream, ROLE, TEXT, USAGE } from './chat-events';
import type { UpstreamHandler } from './open-data-plane';
import { AFTER_MS, openHedged, says, silent, type HedgedFixture, type HedgedOptions } from './open-hedged';
import { chat, openClient, postBytes } from './raw-client';

let at: HedgedFixture;
const open = async (handlers: readonly UpstreamHandler[], options?: HedgedOptions): Promise<HedgedFixture> =>
  (at = await openHedged(handlers, options));
afterEach(() => at.close());

/** The first is slow enough to be hedged. */
const slow = says('first', AFTER_MS + 80);

const asked = (): readonly number[] => at.upstreams.map(({ seen }) => seen.length);

/** Far enough ahead that no budget grows meanwhile. */
const LATER = Date.now() + 3_600_000;

/** Leaves so many extra attempts to the group of a place. */
function leaveRetries(place: number, left: number): string {
  const { retries } = at.plane.deps;
  const group = at.places[place]?.quotaGroup ?? '';
  for (let spent = 0; spent < 10 - left; spent++) retries.spend(group, LATER);
  return group;
}

describe('what hedges cost', () => {
  it('at most one and 2 % of the calls', async () => {
    await open([slow, silent]);
    for (let i = 0; i < 4; i++) await Promise.all(Array.from({ length: 50 }, () => at.ask()));
    expect(asked()).toEqual([200, 5]);
    expect(at.hedgesLeft()).toBe(0);
    const { calls } = at.plane.ledger;
    expect(calls.filter(({ state }) => state === 'succeeded')).toHaveLength(200);
    expect(calls.flatMap(({ attempts }) => attempts).filter(({ waste }) => waste)).toHaveLength(5);
  }, 30_000);

  it('only calls that could be hedged earn them', async () => {
    await open([says('first')], { models: { other: { targets: [{ provider: 'p1', model: 'm1' }] } } });
    for (let i = 0; i < 49; i++) at.plane.deps.hedges.earn();
    await at.ask({ model: 'other' });
    await at.ask({ model: 'p1/m1' });
    expect(at.hedgesLeft()).toBe(1);
    await at.ask();
    expect(at.hedgesLeft()).toBe(2);
  });

  it('one that did not begin is not paid for', async () => {
    await open([says('first')]);
    await at.ask();
    expect(at.hedgesLeft()).toBe(1);
  });

  it('the group that is asked pays as for any extra attempt', async () => {
    await open([silent, says('good')]);
    const group = leaveRetries(1, 1);
    await at.ask();
    expect(at.plane.deps.retries.affords(group, LATER)).toBe(false);
  });

  it('a group without anything left is not asked, the next one is', async () => {
    await open([silent, says('second'), says('third')]);
    leaveRetries(1, 0);
    const { text } = await at.ask();
    expect(text).toContain('third');
    expect(asked()).toEqual([1, 0, 1]);
  });
});

describe('nobody is asked beside the first', () => {
  it.each<[string, readonly UpstreamHandler[], HedgedOptions]>([
    ['where there is nobody', [slow], {}],
    ['where a call has one attempt', [slow, says('second')], { resilience: { maxAttempts: 1 } }],
    ['where the alias does not hedge', [slow, says('second')], { model: { hedge: undefined } }],
  ])('%s', async (_, handlers, options) => {
    await open(handlers, options);
    const { text, call } = await at.ask();
    expect(text).toContain('first');
    expect(call.attempts).toHaveLength(1);
    expect(asked()).toEqual(handlers.map((_handler, i) => (i === 0 ? 1 : 0)));
  });

  it('for other operations', async () => {
    const vectors = JSON.stringify({
      object: 'list',
      model: 'm1',
      data: [{ object: 'embedding', index: 0, embedding: [0.5] }],
      usage: { prompt_tokens: 3, total_tokens: 3 },
    });
    await open([(_r, s) => void setTimeout(() => answerJson(s, vectors), 2 * AFTER_MS), silent]);
    const { status } = await at.ask({ input: 'hi', messages: undefined }, '/v1/embeddings');
    expect(status).toBe(200);
    expect(asked()).toEqual([1, 0]);
  });

  it('while all others are full', async () => {
    await open([slow, silent], { limits: { concurrency: 1 } });
    const place = at.places[1];
    if (!place) throw new Error('no second place');
    const { gates, clock } = at.plane.deps;
    const pass = await gates.enter(place, { inputTokens: 1, outputCap: 1 }, false, clock());
    const { text } = await at.ask();
    if (pass.kind === 'pass') gates.ended(pass, { kind: 'gone', reached: false }, clock());
    expect(text).toContain('first');
    expect(asked()).toEqual([1, 0]);
    expect(at.hedgesLeft()).toBe(1);
  });

  it('a second time', async () => {
    await open([silent, silent, says('third')], { timeouts: { firstByteMs: 500 } });
    const { call } = await at.ask();
    expect(call.attempts).toHaveLength(3);
    const [first, second, third] = call.attempts.map(({ startedAtMs }) => startedAtMs);
    expect((second ?? 0) - (first ?? 0)).toBeLessThan(400);
    expect((third ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(500);
  });
});

it('what the loser held of its provider is free again at once', async () => {
  await open([silent, says('good')], { limits: { concurrency: 1 } });
  for (let i = 0; i < 3; i++) {
    at.earnHedge();
    await at.ask();
    expect(asked()).toEqual([i + 1, i + 1]);
  }
});

it('a probe that loses leaves its place to the next one', async () => {
  const refusal = JSON.stringify({
    error: { message: 'slow down', type: 'requests', code: 'rate_limit_exceeded' },
  });
  await open([(_r, s) => answerJson(s, refusal, 429, { 'retry-after': '1' }), says('good')]);
  await at.ask();
  await at.ask();
  expect(asked()).toEqual([1, 2]);
  await sleep(1_100);
  const [first] = at.upstreams;
  if (first) first.handler = silent;
  for (let i = 0; i < 3; i++) {
    at.earnHedge();
    const { call } = await at.ask();
    expect(call.attempts.map(({ waste }) => waste)).toEqual(['hedge_loser', undefined]);
    expect(asked()).toEqual([i + 2, i + 3]);
  }
});

it('losing says nothing against a place', async () => {
  await open([silent, says('good')]);
  await at.ask();
  const { gates, clock } = at.plane.deps;
  const [first, second] = at.places.map((place) => gates.signals(place, clock()));
  expect(first).toMatchObject({ penalty: 0 });
  expect(first?.ttftMs).toBeUndefined();
  expect(second?.ttftMs).toBeLessThan(AFTER_MS);
});

it('another credential of the same model is asked where there is no other provider', async () => {
  await open(
    [
      (request, response, body) => {
        const handler = request.headers.authorization === 'Bearer one' ? silent : says('good');
        handler(request, response, body);
      },
    ],
    { keys: ['one', 'two'] },
  );
  const { text, call } = await at.ask();
  expect(text).toContain('good');
  expect(call.attempts.map(({ credential }) => credential)).toEqual(['c1', 'c2']);
});

const LINES = 200;

/** Streams more than any buffer on the way holds, as fast as it is taken. */
class Flood {
  written = 0;

  readonly handler: UpstreamHandler = (_request, response) => {
    const more = (): void => {
      while (this.written < LINES) {
        this.written++;
        if (!response.write(TEXT('x'.repeat(64 * 1024)))) return void response.once('drain', more);
      }
      response.end(FINISH + USAGE + DONE);
    };
    openStream(response);
    response.write(ROLE);
    more();
  };
}

describe('a slow client', () => {
  const later =
    (handler: UpstreamHandler): UpstreamHandler =>
    (...exchange) =>
      void setTimeout(() => handler(...exchange), AFTER_MS + 150);

  it.each<[string, (flood: Flood) => readonly UpstreamHandler[], readonly unknown[]]>([
    ['the second', ({ handler }) => [silent, handler], ['hedge_loser', undefined]],
    ['the first', ({ handler }) => [later(handler), silent], [undefined, 'hedge_loser']],
    [
      'the first, whose rival failed',
      ({ handler }) => [later(handler), (_r, s) => answerJson(s, '{}', 500)],
      [undefined, 'failed_attempt'],
    ],
  ])(
    'holds back who serves, %s, and gets all of it',
    async (_, handlers, waste) => {
      const flood = new Flood();
      await open(handlers(flood), { timeouts: { idleMs: 10_000 } });
      const client = openClient(at.plane.port);
      client.send(postBytes(at.plane.key, chat({ stream: true }), { headers: ['connection: close'] }));
      client.socket.pause();
      await until(() => flood.written > 0);
      await sleep(500);
      expect(flood.written).toBeLessThan(LINES);
      client.socket.resume();
      await client.closed;
      expect(client.text().split('x'.repeat(64 * 1024))).toHaveLength(LINES + 1);
      expect(client.text()).toContain('[DONE]');
      const call = await at.settled();
      expect(call.attempts.map((attempt) => attempt.waste)).toEqual(waste);
    },
    20_000,
  );
});
