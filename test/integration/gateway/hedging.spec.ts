import { until } from '@turnpike/testing';
import { openStream, ROLE, streamOf, TEXT } from './chat-events';
import type { UpstreamHandler } from './open-data-plane';
import { AFTER_MS, openHedged, says, silent, type HedgedFixture } from './open-hedged';

/** What a busy machine may add. */
const SLACK_MS = 900;

let at: HedgedFixture;
const open = async (handlers: readonly UpstreamHandler[]): Promise<HedgedFixture> =>
  (at = await openHedged(handlers));
afterEach(() => at.close());

const sent = (bytes: string): UpstreamHandler => {
  return (_request, response) => {
    openStream(response);
    if (bytes) response.write(bytes);
  };
};

describe('a first attempt that says nothing', () => {
  it.each<[string, boolean, UpstreamHandler, number | null]>([
    ['whole, no head', false, silent, null],
    ['whole, a head', false, (_r, s) => void s.writeHead(200).flushHeaders(), 200],
    ['whole, half an answer', false, (_r, s) => void s.writeHead(200).write('{"id":"c1","choi'), 200],
    ['streamed, no head', true, silent, null],
    ['streamed, a head', true, sent(''), 200],
    ['streamed, a role', true, sent(ROLE), 200],
    ['streamed, a comment', true, sent(': PROCESSING\n\n'), 200],
    ['streamed, half an event', true, sent(TEXT('never').slice(0, -9)), 200],
  ])('%s: the second serves', async (_, stream, first, status) => {
    await open([first, says('good')]);
    const { status: said, text, headers, ms, call } = await at.ask({ stream });
    expect(said).toBe(200);
    expect(ms).toBeGreaterThanOrEqual(AFTER_MS);
    expect(ms).toBeLessThan(AFTER_MS + SLACK_MS);
    expect(text).toContain('good');
    expect(text).not.toContain('never');
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-turnpike-attempts': '2',
      'x-turnpike-provider': 'p2',
      'x-turnpike-model': 'm2',
      'x-turnpike-lane': 'passthrough',
    });
    const [lost, won] = call.attempts;
    expect(call).toMatchObject({ state: 'succeeded', status: 200 });
    expect(lost).toMatchObject({
      n: 1,
      provider: 'p1',
      status,
      state: 'estimated',
      reason: 'hedge_lost',
      waste: 'hedge_loser',
      failureClass: undefined,
    });
    expect(won).toMatchObject({ n: 2, provider: 'p2', status: 200, state: 'measured', waste: undefined });
    expect(won?.costPicoUsd).toBe(20_000_000n);
    // $1 per million input tokens, and nothing was seen of an answer.
    expect(lost?.costPicoUsd).toBe(BigInt(lost?.usage?.input ?? 0) * 1_000_000n);
    expect(lost?.costPicoUsd).toBeGreaterThan(0n);
    expect(call.costPicoUsd).toBe((lost?.costPicoUsd ?? 0n) + 20_000_000n);
    await until(() => at.upstreams[0]?.seen[0]?.closed, { what: 'the end of the loser' });
  });

  it('a stream of the second is passed on as it came', async () => {
    await open([sent(ROLE), says('good')]);
    const { text } = await at.ask({ stream: true, stream_options: { include_usage: true } });
    expect(text).toBe(streamOf('good').join(''));
  });

  it('the head of a whole answer states what both cost', async () => {
    await open([silent, says('good')]);
    const { headers, call } = await at.ask();
    expect(Number(headers.get('x-turnpike-cost-usd')) * 1e12).toBeCloseTo(Number(call.costPicoUsd), 3);
  });

  it.each([true, false])('in another dialect the second serves as well (stream %s)', async (stream) => {
    await open([silent, says('good')]);
    const { status, text, call } = await at.ask({ stream, max_tokens: 50 }, '/v1/messages');
    expect({ status, said: text.split('good').length - 1 }).toEqual({ status: 200, said: 1 });
    expect(text).toContain('end_turn');
    expect(call.attempts.map(({ lane, waste }) => [lane, waste])).toEqual([
      ['translate', 'hedge_loser'],
      ['translate', undefined],
    ]);
  });

  it('a head that a keep-alive forced out stays as it is', async () => {
    await open([silent, says('good', 100)]);
    const asking = at.ask({ stream: true });
    await until(() => at.upstreams[1]?.seen[0]);
    at.plane.deps.keepers.tick(Date.now() + 15_000);
    const { text, headers } = await asking;
    expect(headers.get('x-turnpike-attempts')).toBe('2');
    expect(text.split('good')).toHaveLength(2);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });
});

describe('a first attempt that speaks after all', () => {
  it.each([true, false])('before its time is over is alone (stream %s)', async (stream) => {
    await open([says('first'), says('second')]);
    const { call, headers } = await at.ask({ stream });
    expect(call.attempts).toHaveLength(1);
    expect(headers.get('x-turnpike-attempts')).toBe('1');
    expect(at.upstreams[1]?.seen).toHaveLength(0);
  });

  it('and goes on for longer than it might have been silent is alone', async () => {
    await open([
      (_r, s) => {
        openStream(s);
        s.write(ROLE + TEXT('fi'));
        setTimeout(() => s.end(streamOf('rst').slice(1).join('')), 3 * AFTER_MS);
      },
      says('second'),
    ]);
    const { text, call } = await at.ask({ stream: true });
    expect(text).toContain('rst');
    expect(call.attempts).toHaveLength(1);
    expect(at.upstreams[1]?.seen).toHaveLength(0);
  });

  it.each([true, false])('just after the second began serves (stream %s)', async (stream) => {
    await open([says('first', AFTER_MS + 60), silent]);
    const { text, headers, call } = await at.ask({ stream });
    expect(text).toContain('first');
    expect(headers.get('x-turnpike-attempts')).toBe('2');
    expect(headers.get('x-turnpike-provider')).toBe('p1');
    expect(call.attempts.map(({ n, provider, waste }) => [n, provider, waste])).toEqual([
      [1, 'p1', undefined],
      [2, 'p2', 'hedge_loser'],
    ]);
    expect(call.attempts[0]?.costPicoUsd).toBe(20_000_000n);
    await until(() => at.upstreams[1]?.seen[0]?.closed);
  });

  it.each([true, false])(
    'at the same moment as the second: one of them, whole (stream %s)',
    async (stream) => {
      // Text of both is under way before one of them is stopped.
      await open([says('a'.repeat(200), AFTER_MS + 40), says('b'.repeat(200), 40)]);
      for (let i = 0; i < 8; i++) {
        at.earnHedge();
        const { status, text, call } = await at.ask({ stream });
        const winner = text.includes('a'.repeat(200)) ? 0 : 1;
        expect({ status, state: call.state }).toEqual({ status: 200, state: 'succeeded' });
        expect(text).toContain((winner === 0 ? 'a' : 'b').repeat(200));
        expect(text).not.toContain((winner === 0 ? 'b' : 'a').repeat(2));
        if (call.attempts.length === 1) continue;
        expect(call.attempts[winner]?.waste).toBeUndefined();
        expect(call.attempts[1 - winner]?.waste).toBe('hedge_loser');
      }
    },
  );

  it('a loser that writes on is heard by nobody', async () => {
    await open([
      (_r, s) => {
        openStream(s);
        const more = setInterval(() => s.write(ROLE), 1);
        setTimeout(() => s.write(TEXT('never')), AFTER_MS + 60);
        s.on('close', () => clearInterval(more));
      },
      (_r, s) => {
        openStream(s);
        s.write(ROLE + TEXT('go'));
        setTimeout(() => s.end(streamOf('od').slice(1).join('')), 150);
      },
    ]);
    const { text, call } = await at.ask({ stream: true, stream_options: { include_usage: true } });
    expect(text).toBe(ROLE + TEXT('go') + streamOf('od').slice(1).join(''));
    expect(call.attempts.map(({ waste }) => waste)).toEqual(['hedge_loser', undefined]);
  });
});
