import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '@turnpike/kernel';
import { until } from '@turnpike/testing';
import type { Provider, Timeouts } from '../domain/target';
import type { TransportFailure } from '../domain/upstream';
import { UndiciUpstream } from './undici-upstream';

interface Heard {
  status?: number;
  headers: string[];
  body: string;
  failure?: TransportFailure;
  chunks: number;
}

const timeouts: Timeouts = { connectMs: 500, firstByteMs: 300, idleMs: 300, totalMs: 5_000 };
const upstream = new UndiciUpstream();
const servers: http.Server[] = [];

async function serve(handler: http.RequestListener): Promise<Provider> {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return providerAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const providerAt = (origin: string, allowPrivateNetwork = true): Provider => ({
  name: 'p',
  origin,
  basePath: '',
  settings: {},
  deployments: new Map(),
  models: new Map(),
  dialect: 'openai-chat',
  timeouts,
  allowPrivateNetwork,
  credentials: [{ id: 'p/a', name: 'a', secret: new Secret('x'), quotaGroup: 'p/a' }],
  definition: {
    id: 'd',
    title: 'D',
    dialect: 'openai-chat',
    auth: { kind: 'bearer' },
    vendor: 'd',
    source: 'https://example.com',
  },
});

function call(
  provider: Provider,
  onChunk: (heard: Heard) => void = () => undefined,
  deadlineMs = 5_000,
  through = upstream,
): Promise<Heard> {
  return new Promise((resolve) => {
    const heard: Heard = { headers: [], body: '', chunks: 0 };
    through.dispatch(
      {
        provider,
        credentialId: 'p/a',
        method: 'POST',
        path: '/x',
        headers: ['content-type', 'application/json'],
        body: Buffer.from('{}'),
        deadlineMs,
      },
      {
        onHead: (status, headers) => {
          heard.status = status;
          heard.headers = [...headers];
        },
        onChunk: (chunk) => {
          heard.body += chunk.toString();
          heard.chunks++;
          onChunk(heard);
        },
        onEnd: () => resolve(heard),
        onError: (failure) => resolve({ ...heard, failure }),
      },
    );
  });
}

afterAll(async () => {
  await upstream.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

describe('UndiciUpstream', () => {
  it('hands on status, lower-case headers and bytes', async () => {
    const provider = await serve((_, res) => res.writeHead(201, { 'X-Test': 'Yes' }).end('hello'));
    const heard = await call(provider);
    expect(heard.status).toBe(201);
    expect(heard.headers[heard.headers.indexOf('x-test') + 1]).toBe('Yes');
    expect(heard.body).toBe('hello');
  });

  it.each<[string, http.RequestListener, TransportFailure['reason'], TransportFailure['phase']]>([
    ['silence', () => undefined, 'first_byte_timeout', 'head'],
    [
      'head, then silence',
      (_, res) => {
        res.writeHead(200);
        res.flushHeaders();
      },
      'first_byte_timeout',
      'head',
    ],
    [
      'a stall after bytes',
      (_, res) => {
        res.writeHead(200);
        res.write('a');
      },
      'idle_timeout',
      'body',
    ],
    [
      'a reset before the head',
      (req) => {
        req.socket.destroy();
      },
      'socket_closed',
      'head',
    ],
    [
      'a reset in the body',
      (_, res) => {
        res.writeHead(200, { 'content-length': '10' });
        res.write('abc');
        setTimeout(() => res.destroy(), 20);
      },
      'socket_closed',
      'body',
    ],
    [
      'no HTTP',
      (req) => {
        req.socket.write('nonsense nonsense nonsense\r\n\r\n');
      },
      'protocol_error',
      'head',
    ],
  ])('%s', async (_, handler, reason, phase) => {
    const heard = await call(await serve(handler));
    expect(heard.failure).toMatchObject({ reason, phase });
  });

  it('reports a closed port, a denied address and an unknown host', async () => {
    expect((await call(providerAt('http://127.0.0.1:1'))).failure).toMatchObject({
      phase: 'connect',
      reason: 'connect_error',
    });
    expect((await call(providerAt('http://127.0.0.1:1', false))).failure).toMatchObject({
      phase: 'connect',
      reason: 'address_denied',
    });
    expect((await call(providerAt('http://localhost:1', false))).failure).toMatchObject({
      phase: 'connect',
      reason: 'address_denied',
    });
    expect((await call(providerAt('http://no-such-host.invalid'))).failure).toMatchObject({
      phase: 'connect',
      reason: 'dns_error',
    });
  });

  it('ends at the deadline of the caller', async () => {
    const provider = await serve((_, res) => {
      res.writeHead(200);
      const t = setInterval(() => res.write('.'), 20);
      res.on('close', () => clearInterval(t));
    });
    expect((await call(provider, undefined, 200)).failure?.reason).toBe('deadline');
  });

  it('does not follow redirects', async () => {
    const provider = await serve((_, res) => res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end());
    expect((await call(provider)).status).toBe(302);
  });

  it('closes pools that nobody uses, and makes them again when somebody does', async () => {
    const swept = new UndiciUpstream(20);
    const provider = await serve((_request, response) => {
      response.writeHead(200, { connection: 'close' });
      response.write('a');
      setTimeout(() => response.end('b'), 150);
    });
    for (let i = 0; i < 2; i++) {
      const heard = call(provider, undefined, undefined, swept);
      await sleep(100);
      expect(swept.size).toBe(1);
      expect((await heard).body).toBe('ab');
      await until(() => swept.size === 0);
    }
    await swept.close();
  });
});
