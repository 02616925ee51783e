import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@turnpike/testing';
import { drainServer } from '../../../apps/gateway/src/drain-server';
import { answerJson, answerStream, openStream, ROLE, streamOf, TEXT, wholeOf } from './chat-events';
import {
  configOf,
  openDataPlane,
  openUpstream,
  type DataPlaneFixture,
  type RawUpstream,
} from './open-data-plane';
import { chat, openClient, postBytes } from './raw-client';

describe('a drain', () => {
  let upstream: RawUpstream;
  let plane: DataPlaneFixture;

  beforeEach(async () => {
    upstream = await openUpstream();
    plane = await openDataPlane(configOf([upstream.url], { timeouts: { idleMs: 20_000 } }));
  });
  afterEach(async () => {
    expect(plane.deps.active.size).toBe(0);
    expect(plane.observer.defects).toEqual([]);
    await plane.upstream.close();
    await upstream.close();
  });

  const drain = async (limitMs: number): Promise<number> => {
    const began = performance.now();
    plane.setDraining();
    await drainServer(plane.server, plane.deps.active, limitMs);
    return performance.now() - began;
  };

  it('without calls ends at once, idle connections or not', async () => {
    upstream.handler = (_r, s) => answerJson(s, wholeOf('works'));
    const client = openClient(plane.port);
    client.send(postBytes(plane.key, chat()));
    await until(() => client.text().includes('works'));
    expect(await drain(5000)).toBeLessThan(500);
    await client.closed;
  });

  it('lets calls end that end in time', async () => {
    upstream.handler = (_r, s) => {
      openStream(s);
      s.write(ROLE + TEXT('half'));
      setTimeout(() => s.end(streamOf('whole').slice(1).join('')), 300);
    };
    const client = openClient(plane.port);
    client.send(postBytes(plane.key, chat({ stream: true })));
    await until(() => client.text().includes('half'));
    expect(await drain(5000)).toBeLessThan(1000);
    await client.closed;
    expect(client.text()).toContain('[DONE]');
    expect(plane.ledger.calls).toMatchObject([{ state: 'succeeded' }]);
  });

  it('ends a stream at the limit with an error event, billed and named', async () => {
    upstream.handler = (_r, s) => {
      openStream(s);
      s.write(ROLE + TEXT('half'));
    };
    const client = openClient(plane.port);
    client.send(postBytes(plane.key, chat({ stream: true })));
    await until(() => client.text().includes('half'));
    expect(await drain(200)).toBeLessThan(1000);
    await client.closed;
    expect(client.text()).toMatch(/data: \{"error":[^\n]*"reason":"draining"/);
    expect(client.text()).not.toContain('[DONE]');
    expect(plane.ledger.calls).toMatchObject([
      {
        state: 'broken',
        reason: 'draining',
        status: 200,
        attempts: [{ state: 'estimated', waste: 'stream_broken', reason: 'interrupted' }],
      },
    ]);
  });

  it('ends a whole call at the limit with an error, and books its attempt', async () => {
    const client = openClient(plane.port);
    client.send(postBytes(plane.key, chat()));
    await until(() => upstream.seen[0]);
    expect(await drain(200)).toBeLessThan(1000);
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1\.1 503 /);
    expect(plane.ledger.calls).toMatchObject([
      {
        state: 'failed',
        reason: 'draining',
        status: 503,
        attempts: [{ waste: 'failed_attempt', reason: 'interrupted' }],
      },
    ]);
  });

  it('is not held by a client that reads nothing', async () => {
    upstream.handler = (_r, s) => {
      openStream(s);
      s.write(ROLE);
      const more = setInterval(() => s.write(TEXT('x'.repeat(100_000))), 1);
      s.on('close', () => clearInterval(more));
    };
    const client = openClient(plane.port);
    client.socket.pause();
    client.send(postBytes(plane.key, chat({ stream: true })));
    await until(() => upstream.seen[0]);
    await sleep(500);
    expect(await drain(300)).toBeLessThan(2500);
    expect(plane.ledger.calls).toHaveLength(1);
    client.socket.destroy();
  });

  it('is not held by a client that never finishes its request', async () => {
    const client = openClient(plane.port);
    client.send(postBytes(plane.key, chat()).slice(0, -5));
    await sleep(50);
    expect(await drain(300)).toBeLessThan(2500);
    await client.closed;
  });

  it('serves what an open connection still brings, and closes it', async () => {
    upstream.handler = (_r, s, body) =>
      body.includes('"stream":true')
        ? void setTimeout(() => answerStream(s, streamOf('first')), 300)
        : answerJson(s, wholeOf('second'));
    const client = openClient(plane.port);
    client.send(postBytes(plane.key, chat({ stream: true })));
    await until(() => upstream.seen[0]);
    const done = drain(3000);
    await sleep(50);
    client.send(postBytes(plane.key, chat()));
    await done;
    await client.closed;
    expect(client.text()).toContain('first');
    expect(client.text()).not.toContain('Service Unavailable');
    expect(plane.ledger.calls.every(({ state }) => state === 'succeeded')).toBe(true);
  });

  it('lets a slow client read its answer to the end', async () => {
    const large = wholeOf('x'.repeat(20_000_000));
    upstream.handler = (_r, s) => answerJson(s, large);
    const client = openClient(plane.port);
    client.send(postBytes(plane.key, chat()));
    await until(() => plane.ledger.calls[0]);
    client.socket.pause();
    const done = drain(3000);
    await sleep(300);
    client.socket.resume();
    expect(await done).toBeLessThan(2000);
    await client.closed;
    expect(client.text().length).toBeGreaterThan(large.length);
  });

  it('takes no new connection', async () => {
    const client = openClient(plane.port);
    client.send(postBytes(plane.key, chat()));
    await until(() => upstream.seen[0]);
    const done = drain(500);
    await sleep(50);
    await expect(fetch(plane.url)).rejects.toThrow();
    await done;
  });
});
