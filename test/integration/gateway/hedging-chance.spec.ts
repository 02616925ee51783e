import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@turnpike/testing';
import { DONE, errorBody, FINISH, openStream, ROLE, TEXT, USAGE, wholeOf } from './chat-events';
import type { UpstreamHandler } from './open-data-plane';
import { AFTER_MS, isStream, openHedged, type HedgedFixture } from './open-hedged';
import { chat, openClient, postBytes } from './raw-client';

/** The same every time. */
function drawsOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const CALLS = 80;

/** Speaks, breaks off or says nothing, at a time of its own. Texts name who said them. */
function whim(name: string, draw: (below: number) => number): UpstreamHandler {
  return (_request, response, body) => {
    const stream = isStream(body);
    const atMs = draw(2.5 * AFTER_MS);
    const act = [speak, speak, speak, fail, cut, silent][draw(6)] ?? speak;
    setTimeout(() => act(response, name, stream), atMs);
    if (stream && draw(2) === 1) openStream(response);
  };
}

function speak(response: ServerResponse, name: string, stream: boolean): void {
  if (!stream) return void response.end(wholeOf(`${name}-one ${name}-two`));
  if (!response.headersSent) openStream(response);
  response.write(ROLE + TEXT(`${name}-one `));
  setTimeout(() => response.end(TEXT(`${name}-two`) + FINISH + USAGE + DONE), 20);
}

function fail(response: ServerResponse): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(500, { 'content-type': 'application/json' });
  response.end(errorBody('oops'));
}

function cut(response: ServerResponse): void {
  response.destroy();
}

const silent = (): void => undefined;

describe.each([true, false])('whatever two attempts do at whatever time (stream %s)', (stream) => {
  let at: HedgedFixture;

  beforeAll(async () => {
    const draw = drawsOf(stream ? 7 : 11);
    at = await openHedged([whim('a', draw), whim('b', draw), whim('c', draw)], {
      forgetful: true,
      timeouts: { firstByteMs: 600, idleMs: 600 },
      resilience: { clientAbort: { drainMs: 40 } },
    });
  });
  afterAll(() => at.close());

  it('one of them serves, each is booked once, and nothing stays behind', async () => {
    const draw = drawsOf(3);
    const { ledger, observer } = at.plane;
    const leaves = Array.from({ length: CALLS }, () => draw(5) === 0);
    const answers = await Promise.all(
      leaves.map(async (isLeaving, i) => {
        await sleep(i * 12);
        at.earnHedge();
        const client = openClient(at.plane.port);
        client.send(postBytes(at.plane.key, chat({ stream }), { headers: ['connection: close'] }));
        if (isLeaving) setTimeout(() => client.socket.destroy(), 50 + draw(150));
        await client.closed;
        return client.text();
      }),
    );
    await until(() => ledger.calls.length === CALLS, { what: 'all entries', limitMs: 10_000 });
    expect(observer.defects).toEqual([]);
    for (const text of answers) {
      const names = new Set(Array.from(text.matchAll(/([abc])-(?:one|two)/g), ([, name]) => name));
      expect(names.size).toBeLessThanOrEqual(1);
      expect(text.match(/[abc]-one/g)?.length ?? 0).toBeLessThanOrEqual(1);
      // Never an end like that of a whole answer without all of it.
      if (text.includes('[DONE]')) expect(text).toMatch(/([abc])-one [^]*\1-two/);
    }
    for (const call of ledger.calls) {
      expect(call.attempts.map(({ n }) => n)).toEqual(call.attempts.map((_, i) => i + 1));
      expect(call.attempts.length).toBeLessThanOrEqual(3);
      expect(new Set(call.attempts.map(({ id }) => id)).size).toBe(call.attempts.length);
      const served = call.attempts.filter(({ waste }) => waste === undefined);
      expect(served).toHaveLength(call.state === 'succeeded' ? 1 : 0);
      expect(call.costPicoUsd).toBe(call.attempts.reduce((sum, { costPicoUsd }) => sum + costPicoUsd, 0n));
    }
    const wasted = ledger.calls.flatMap(({ attempts }) => attempts.map(({ waste }) => waste));
    // The seed is worth something only while all of it happens.
    for (const kind of ['hedge_loser', 'failed_attempt', 'client_abort']) expect(wasted).toContain(kind);
    await until(() => at.upstreams.every(({ seen }) => seen.every(({ closed }) => closed)));
  }, 30_000);
});
