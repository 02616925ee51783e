import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@turnpike/testing';
import { errorBody, openStream, ROLE, TEXT } from './chat-events';
import type { UpstreamHandler } from './open-data-plane';
import {
  AFTER_MS,
  fails,
  openHedged,
  says,
  silent,
  type HedgedFixture,
  type HedgedOptions,
} from './open-hedged';
import { chat, openClient, postBytes } from './raw-client';

const caller = errorBody('no such parameter', 'unsupported_parameter', 'invalid_request_error');

let at: HedgedFixture;
const open = async (handlers: readonly UpstreamHandler[], options?: HedgedOptions): Promise<HedgedFixture> =>
  (at = await openHedged(handlers, options));
afterEach(() => at.close());

describe('two attempts of which', () => {
  const server = errorBody('oops');

  it.each<[string, boolean, UpstreamHandler, UpstreamHandler, string]>(
    [true, false].flatMap((stream) => [
      ['the first fails', stream, fails(500, server, AFTER_MS + 60), says('second', 150), 'second'],
      ['the second fails', stream, says('first', AFTER_MS + 150), fails(500, server, 20), 'first'],
    ]),
  )('%s: the other goes on (stream %s)', async (_, stream, first, second, expected) => {
    await open([first, second, says('third')]);
    const { text, call } = await at.ask({ stream });
    expect(text).toContain(expected);
    expect(call.attempts.map(({ n }) => n)).toEqual([1, 2]);
    expect(call.attempts.filter(({ waste }) => waste === 'failed_attempt')).toHaveLength(1);
    expect(call.costPicoUsd).toBe(20_000_000n);
    expect(at.upstreams[2]?.seen).toHaveLength(0);
  });

  it.each([
    ['the first before the second', 40, 80],
    ['the second before the first', 120, 20],
  ])('both fail, %s: the third is asked', async (_, firstMs, secondMs) => {
    await open([fails(500, server, AFTER_MS + firstMs), fails(500, server, secondMs), says('third')]);
    const { text, headers, call } = await at.ask();
    expect(text).toContain('third');
    expect(headers.get('x-turnpike-attempts')).toBe('3');
    expect(call.attempts.map(({ n, provider, waste }) => [n, provider, waste])).toEqual([
      [1, 'p1', 'failed_attempt'],
      [2, 'p2', 'failed_attempt'],
      [3, 'p3', undefined],
    ]);
  });

  it('both fail, and no attempt is left: the error tells of both', async () => {
    const handlers = [fails(500, server, AFTER_MS + 60), fails(503, server, 20), says('third')];
    await open(handlers, { resilience: { maxAttempts: 2 } });
    const { status, text, call } = await at.ask();
    expect(status).toBeGreaterThanOrEqual(500);
    expect(JSON.parse(text)).toMatchObject({ error: { turnpike: { attempts: [{}, {}] } } });
    expect(call).toMatchObject({ state: 'failed' });
    expect(at.upstreams[2]?.seen).toHaveLength(0);
  });

  it.each([
    ['first', fails(400, caller, AFTER_MS + 30), fails(500, server, 150)],
    ['second', fails(500, server, AFTER_MS + 150), fails(400, caller, 30)],
  ])('the %s is refused and the other fails: the refusal is told', async (_, first, second) => {
    await open([first, second, says('third')]);
    const { status, text } = await at.ask();
    expect({ status, told: text.includes('no such parameter') }).toEqual({ status: 400, told: true });
    expect(at.upstreams[2]?.seen).toHaveLength(0);
  });

  it('the winner breaks off: an error event, and nothing of the other', async () => {
    const refusal = fails(400, caller, AFTER_MS + 20);
    await open([
      refusal,
      (_r, s) => {
        openStream(s);
        s.write(ROLE);
        setTimeout(() => s.write(TEXT('half')), 100);
        setTimeout(() => s.destroy(), 200);
      },
    ]);
    const { text, call } = await at.ask({ stream: true });
    expect(text).toContain('half');
    expect(text).toContain('"error"');
    expect(text).not.toContain('no such parameter');
    expect(text).not.toContain('[DONE]');
    expect(call).toMatchObject({ state: 'broken' });
  });
});

describe('while the gate of the second is being asked', () => {
  /** Gates that take their time with everybody but the first. */
  const slowGates = (): void => {
    const { gates } = at.plane.deps;
    const enter = gates.enter.bind(gates);
    const [first] = at.places;
    gates.enter = async (place, ...rest) => {
      if (place.credentialId !== first?.credentialId) await sleep(300);
      return enter(place, ...rest);
    };
  };

  it('the first answers: there is no second', async () => {
    await open([says('first', AFTER_MS + 60), says('second')]);
    slowGates();
    const { text, call } = await at.ask();
    expect(text).toContain('first');
    expect(call.attempts).toHaveLength(1);
    expect(at.upstreams[1]?.seen).toHaveLength(0);
    expect(at.hedgesLeft()).toBe(1);
  });

  it('the first fails: the next one is asked as always', async () => {
    await open([fails(500, errorBody('oops'), AFTER_MS + 60), says('second')]);
    slowGates();
    const { text, call } = await at.ask();
    expect(text).toContain('second');
    expect(call.attempts).toHaveLength(2);
    expect(at.hedgesLeft()).toBe(1);
  });

  it('the client leaves: there is no second', async () => {
    await open([silent, says('second')]);
    slowGates();
    const client = openClient(at.plane.port);
    client.send(postBytes(at.plane.key, chat()));
    await sleep(AFTER_MS + 60);
    client.socket.destroy();
    const call = await at.settled();
    expect(call.attempts).toHaveLength(1);
    expect(at.upstreams[1]?.seen).toHaveLength(0);
  });
});

describe('a defect of ours', () => {
  /** A target that nobody can be prepared for. */
  const spoil = (nth: number): void => {
    const target = at.plane.deps.snapshot().catalog.resolve('m')?.targets[nth];
    Object.defineProperty(target, 'paths', {
      get: () => {
        throw new Error('a defect');
      },
    });
  };

  it('before the second is none of the first one', async () => {
    await open([says('first', AFTER_MS + 80), says('second')]);
    spoil(1);
    const { status, text, call } = await at.ask();
    expect({ status, state: call.state }).toEqual({ status: 200, state: 'succeeded' });
    expect(text).toContain('first');
    expect(at.plane.observer.defects.splice(0)).toMatchObject([{ message: 'a defect' }]);
  });

  it('before the first gives back what its gate gave', async () => {
    await open([says('first')]);
    spoil(0);
    const { status } = await at.ask();
    expect(status).toBe(500);
    expect(at.plane.observer.defects.splice(0)).toMatchObject([{ message: 'a defect' }]);
  });
});

describe('a call that ends with both attempts under way', () => {
  it.each([true, false])(
    'because its client left: both end, drained and booked (stream %s)',
    async (stream) => {
      await open([silent, silent]);
      const client = openClient(at.plane.port);
      client.send(postBytes(at.plane.key, chat({ stream })));
      await until(() => at.upstreams[1]?.seen[0]);
      client.socket.destroy();
      const call = await at.settled();
      expect(call).toMatchObject({ state: 'cancelled', status: 499 });
      expect(call.attempts).toMatchObject([
        { n: 1, waste: 'client_abort', reason: 'client_disconnected' },
        { n: 2, waste: 'client_abort', reason: 'client_disconnected' },
      ]);
      await until(() => at.upstreams.every(({ seen }) => seen[0]?.closed));
    },
  );

  it('because its client left: an answer that ends in the drain is measured, the other stops', async () => {
    await open([silent, says('late', 120)]);
    const client = openClient(at.plane.port);
    client.send(postBytes(at.plane.key, chat()));
    await until(() => at.upstreams[1]?.seen[0]);
    client.socket.destroy();
    const call = await at.settled();
    expect(call.attempts).toMatchObject([
      { n: 1, state: 'estimated', waste: 'client_abort' },
      { n: 2, state: 'measured', waste: 'client_abort' },
    ]);
  });

  it('because its client left before the second began: none begins', async () => {
    await open([silent, says('second')]);
    const client = openClient(at.plane.port);
    client.send(postBytes(at.plane.key, chat()));
    await until(() => at.upstreams[0]?.seen[0]);
    client.socket.destroy();
    const call = await at.settled();
    await sleep(2 * AFTER_MS);
    expect(call.attempts).toHaveLength(1);
    expect(at.upstreams[1]?.seen).toHaveLength(0);
  });

  it.each([true, false])('because the process must end: both end (stream %s)', async (stream) => {
    await open([silent, silent]);
    const asking = at.ask({ stream });
    await until(() => at.upstreams[1]?.seen[0]);
    at.plane.deps.active.interruptAll();
    const { status, call } = await asking;
    expect(status).toBe(503);
    expect(call).toMatchObject({ state: 'failed', reason: 'draining' });
    expect(call.attempts.map(({ waste, reason }) => [waste, reason])).toEqual([
      ['failed_attempt', 'interrupted'],
      ['failed_attempt', 'interrupted'],
    ]);
    await until(() => at.upstreams.every(({ seen }) => seen[0]?.closed));
  });
});
