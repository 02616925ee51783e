import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '@turnpike/kernel';
import { until } from '@turnpike/testing';
import type { Provider } from '../domain/target';
import type { BodyStream, TransportFailure, UpstreamCall } from '../domain/upstream';
import { UndiciUpstream } from './undici-upstream';

interface Heard {
  status?: number;
  text: string;
  failure?: TransportFailure;
  over: boolean;
}

const upstream = new UndiciUpstream();
const servers: http.Server[] = [];

async function serve(handler: http.RequestListener, firstByteMs = 300): Promise<Provider> {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    name: 'p',
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    basePath: '',
    settings: {},
    deployments: new Map(),
    models: new Map(),
    dialect: 'openai-chat',
    timeouts: { connectMs: 500, firstByteMs, idleMs: 300, totalMs: 5_000 },
    allowPrivateNetwork: true,
    credentials: [{ id: 'p/a', name: 'a', secret: new Secret('x'), quotaGroup: 'p/a' }],
    definition: {
      id: 'd',
      title: 'D',
      dialect: 'openai-chat',
      auth: { kind: 'bearer' },
      vendor: 'd',
      source: 'https://example.com',
    },
  };
}

function send(
  provider: Provider,
  body: BodyStream,
  headers: string[] = [],
): { heard: Heard; call: UpstreamCall } {
  const heard: Heard = { text: '', over: false };
  const request = {
    provider,
    credentialId: 'p/a',
    method: 'POST',
    path: '/',
    headers,
    body,
    deadlineMs: 5_000,
  } as const;
  const call = upstream.dispatch(request, {
    onHead: (status) => (heard.status = status),
    onChunk: (chunk) => (heard.text += chunk.toString()),
    onEnd: () => (heard.over = true),
    onError: (failure) => Object.assign(heard, { failure, over: true }),
  });
  return { heard, call };
}

/** Pieces that note how many were taken, and whether the source was let go. */
class Pieces implements AsyncIterable<Buffer> {
  taken = 0;
  released = false;

  constructor(
    private readonly piece: Buffer,
    private readonly count: number,
    private readonly pauseMs = 0,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    try {
      for (; this.taken < this.count; this.taken++) {
        if (this.pauseMs > 0) await sleep(this.pauseMs);
        yield this.piece;
      }
    } finally {
      this.released = true;
    }
  }
}

const echoLength: http.RequestListener = (request, response) => {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => (bytes += chunk.length));
  request.on('end', () =>
    response.end(
      `${bytes} ${request.headers['content-length'] ?? 'none'} ${request.headers['transfer-encoding'] ?? ''}`,
    ),
  );
};

afterAll(async () => {
  await upstream.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

describe('bodies that go up while they come in', () => {
  it('state their length where it is known, and are chunked where not', async () => {
    const provider = await serve(echoLength);
    const piece = Buffer.alloc(1_000, 'x');
    const sized = send(provider, new Pieces(piece, 50), ['content-length', '50000']).heard;
    const open = send(provider, new Pieces(piece, 50)).heard;
    await until(() => sized.over && open.over);
    expect([sized.text, open.text]).toEqual(['50000 50000 ', '50000 none chunked']);
  });

  it('reach the provider before they are whole', async () => {
    let first = '';
    const provider = await serve((request, response) => {
      request.once('data', (chunk: Buffer) => (first = chunk.toString()));
      request.resume().on('end', () => response.end('ok'));
    });
    const body = new Pieces(Buffer.from('a'), 4, 60);
    const { heard } = send(provider, body);
    await until(() => first !== '');
    expect(body.taken).toBeLessThan(4);
    await until(() => heard.over);
    expect(heard.text).toBe('ok');
  });

  it('wait for a provider that does not read, and give it up in time', async () => {
    const provider = await serve((request) => request.pause());
    const body = new Pieces(Buffer.alloc(64 * 1024), 1_000);
    const { heard } = send(provider, body);
    await until(() => heard.over);
    expect(heard.failure?.reason).toBe('first_byte_timeout');
    // Sockets of both sides hold a few megabytes.
    expect(body.taken).toBeLessThan(200);
    await until(() => body.released);
  });

  it('do not hold the time of a slow client against the provider', async () => {
    const { heard } = send(await serve(echoLength, 100), new Pieces(Buffer.from('a'), 3, 250));
    await until(() => heard.over);
    expect(heard).toMatchObject({ status: 200, text: '3 none chunked' });
  });

  it('count the first byte from the end of the body', async () => {
    const provider = await serve((request) => void request.resume(), 150);
    const beganAtMs = performance.now();
    const { heard } = send(provider, new Pieces(Buffer.from('a'), 4, 100));
    await until(() => heard.over);
    expect(heard.failure?.reason).toBe('first_byte_timeout');
    expect(performance.now() - beganAtMs).toBeGreaterThan(500);
  });

  it('are let go when the answer comes before their end', async () => {
    const provider = await serve((_, response) => response.writeHead(400).end('no'));
    const body = new Pieces(Buffer.alloc(16 * 1024), 1_000, 5);
    const { heard } = send(provider, body);
    await until(() => heard.over);
    expect(heard).toMatchObject({ status: 400, text: 'no' });
    await until(() => body.released);
    expect(body.taken).toBeLessThan(500);
  });

  it("that break off are nobody else's fault", async () => {
    let closed = false;
    const provider = await serve((request) => {
      request.on('error', () => undefined);
      request.resume().on('close', () => (closed = true));
    });
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('a');
      await sleep(20);
      throw new Error('secret details');
    }
    const { heard } = send(provider, broken(), ['content-length', '10']);
    await until(() => heard.over && closed);
    expect(heard.failure).toEqual({
      phase: 'head',
      reason: 'request_broken',
      message: 'the request broke off',
    });
  });

  it('end with the exchange, also while they wait for their source', async () => {
    const provider = await serve((request) => void request.resume());
    let released = false;
    const body: BodyStream = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<IteratorResult<Buffer>>(() => undefined),
        return: () => {
          released = true;
          return Promise.resolve({ done: true, value: undefined });
        },
      }),
    };
    const { call, heard } = send(provider, body);
    await sleep(50);
    call.abort();
    await until(() => released);
    expect(heard.over).toBe(false);
  });
});
