import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { until } from '@turnpike/testing';
import { openStream, ROLE, TEXT, USAGE, FINISH, DONE, wholeOf } from './chat-events';
import {
  configOf,
  openDataPlane,
  openUpstream,
  type DataPlaneFixture,
  type RawUpstream,
} from './open-data-plane';
import { chat, openClient, postBytes } from './raw-client';

describe('a client that leaves', () => {
  let upstream: RawUpstream;
  let plane: DataPlaneFixture;
  let hold: Promise<void> | undefined;

  beforeAll(async () => {
    upstream = await openUpstream();
    plane = await openDataPlane(configOf([upstream.url]), { beforeKey: async () => hold });
  });
  afterAll(async () => {
    await plane.close();
    await upstream.close();
  });
  beforeEach(() => {
    plane.ledger.calls.length = 0;
    upstream.seen.length = 0;
  });
  afterEach(() => {
    expect(plane.observer.defects).toEqual([]);
    expect(plane.deps.active.size).toBe(0);
    expect(plane.deps.keepers.size).toBe(0);
  });

  const settled = () => until(() => plane.ledger.calls[0], { what: 'the ledger entry' });

  // First of all: later the key is cached.
  it('while its key is looked up costs nothing', async () => {
    let go: () => void = () => undefined;
    hold = new Promise((resolve) => (go = resolve));
    const client = openClient(plane.port);
    client.send(postBytes(plane.key, chat()));
    await sleep(50);
    client.socket.destroy();
    await sleep(50);
    go();
    hold = undefined;
    await sleep(50);
    expect(plane.ledger.calls).toEqual([]);
    expect(upstream.seen).toHaveLength(0);
  });

  it('while its body is unpacked costs no attempt', async () => {
    const body = gzipSync(JSON.stringify(chat({ user: 'x'.repeat(30 * 1024 * 1024) })));
    const client = openClient(plane.port);
    const head = [
      'POST /v1/chat/completions HTTP/1.1',
      'host: localhost',
      `authorization: Bearer ${plane.key}`,
      'content-encoding: gzip',
      `content-length: ${body.length}`,
    ];
    client.send(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
    client.socket.end(() => client.socket.destroy());
    const call = await settled();
    expect(call).toMatchObject({
      state: 'cancelled',
      reason: 'client_disconnected',
      status: 499,
      attempts: [],
    });
    expect(upstream.seen).toHaveLength(0);
  });

  it.each([true, false])(
    'before the head: upstream is cancelled after the drain (stream %s)',
    async (stream) => {
      upstream.handler = () => undefined;
      const client = openClient(plane.port);
      client.send(postBytes(plane.key, chat({ stream })));
      await until(() => upstream.seen[0]);
      client.socket.destroy();
      const call = await settled();
      expect(call).toMatchObject({ state: 'cancelled', status: 499 });
      expect(call.attempts).toHaveLength(1);
      expect(call.attempts[0]).toMatchObject({ state: 'estimated', waste: 'client_abort', status: null });
      await until(() => upstream.seen[0]?.closed);
    },
  );

  it('in mid-stream: upstream is cancelled, the text seen is billed', async () => {
    upstream.handler = (_request, response) => {
      openStream(response);
      response.write(ROLE + TEXT('hello'));
    };
    const client = openClient(plane.port);
    client.send(postBytes(plane.key, chat({ stream: true })));
    await until(() => client.text().includes('hello'));
    client.socket.destroy();
    const call = await settled();
    expect(call).toMatchObject({ state: 'cancelled', status: 200 });
    expect(call.attempts[0]).toMatchObject({ state: 'estimated', waste: 'client_abort', status: 200 });
    await until(() => upstream.seen[0]?.closed);
  });

  it.each([true, false])(
    'in the drain: an answer that ends is measured, and its client was not there (stream %s)',
    async (stream) => {
      upstream.handler = (_request, response) => {
        if (stream) openStream(response);
        if (stream) response.write(ROLE + TEXT('hello'));
        setTimeout(() => response.end(stream ? FINISH + USAGE + DONE : wholeOf('hello')), 120);
      };
      const client = openClient(plane.port);
      client.send(postBytes(plane.key, chat({ stream })));
      await until(() => upstream.seen[0]);
      if (stream) await until(() => client.text().includes('hello'));
      client.socket.destroy();
      const call = await settled();
      expect(call).toMatchObject({ state: 'cancelled', reason: 'client_disconnected' });
      expect(call.attempts[0]).toMatchObject({
        state: 'measured',
        waste: 'client_abort',
        usage: { output: 5 },
      });
    },
  );

  it('while an earlier answer of its connection is still open ends the later call too', async () => {
    upstream.handler = (_request, response) => {
      openStream(response);
      response.write(ROLE + TEXT('hello'));
      const more = setInterval(() => response.write(TEXT('x'.repeat(20_000))), 10);
      response.on('close', () => clearInterval(more));
    };
    const client = openClient(plane.port);
    client.send(postBytes(plane.key, chat({ stream: true })).repeat(2));
    await until(() => upstream.seen.length === 2);
    await sleep(100);
    client.socket.destroy();
    await until(() => plane.ledger.calls.length === 2, { what: 'both entries', limitMs: 3000 });
    for (const call of plane.ledger.calls) expect(call.state).toBe('cancelled');
  });

  it('while its body comes in is no defect', async () => {
    const client = openClient(plane.port);
    const bytes = postBytes(plane.key, chat());
    client.send(bytes.slice(0, -5));
    await sleep(50);
    client.socket.destroy();
    await sleep(100);
    expect(plane.observer.defects).toEqual([]);
    expect(plane.ledger.calls).toEqual([]);
  });

  it('during a wait between attempts is not called for', async () => {
    upstream.handler = (_request, response) => {
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '2' });
      response.end('{"error":{"message":"slow","type":"requests","code":"rate_limit_exceeded"}}');
    };
    const first = openClient(plane.port);
    first.send(postBytes(plane.key, chat()));
    await settled();
    first.socket.destroy();
    plane.ledger.calls.length = 0;
    const client = openClient(plane.port);
    client.send(postBytes(plane.key, chat()));
    await sleep(150);
    client.socket.destroy();
    const call = await settled();
    expect(call).toMatchObject({ state: 'cancelled', status: 499, attempts: [] });
  });
});
