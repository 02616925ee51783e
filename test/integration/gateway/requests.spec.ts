import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { until } from '@turnpike/testing';
import { answerJson, answerStream, streamOf, wholeOf } from './chat-events';
import {
  configOf,
  openDataPlane,
  openUpstream,
  type DataPlaneFixture,
  type RawUpstream,
} from './open-data-plane';
import { chat, openClient, postBytes, type RawClient } from './raw-client';

const MIB = 1024 * 1024;

describe('requests at the edge of HTTP', () => {
  let upstream: RawUpstream;
  let plane: DataPlaneFixture;
  const clients: RawClient[] = [];

  beforeAll(async () => {
    upstream = await openUpstream((_r, s, body) =>
      body.includes('"stream":true') ? answerStream(s, streamOf('works')) : answerJson(s, wholeOf('works')),
    );
    // Bodies of the largest size are read here by a server that shares its process with this test.
    plane = await openDataPlane(configOf([upstream.url], { timeouts: { firstByteMs: 10_000 } }));
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
    for (const { socket } of clients.splice(0)) socket.destroy();
    expect(plane.observer.defects).toEqual([]);
  });

  const open = (): RawClient => {
    const client = openClient(plane.port);
    clients.push(client);
    return client;
  };
  const statusOf = async (bytes: string | Buffer): Promise<number> => {
    const client = open();
    client.send(bytes);
    const text = await until(
      () => /^HTTP\/1\.1 (?!100)\d+[^]*\r\n\r\n[^]*/m.test(client.text()) && client.text(),
    );
    return Number(/HTTP\/1\.1 (?!100)(\d+)/.exec(text)?.[1]);
  };
  const post = (path: string, headers: readonly string[] = []): string =>
    postBytes(plane.key, chat(), { path, headers });

  it.each([
    ['/v1/chat/completions', 200],
    ['/chat/completions', 200],
    ['/v1/v1/chat/completions', 200],
    ['/v1/chat/completions/', 200],
    ['/v1/chat/completions?beta=true', 200],
    ['/p/web/v1/chat/completions', 200],
    ['/p/web/chat/completions', 200],
    ['/p/nowhere/v1/chat/completions', 404],
    ['/p/web//v1/chat/completions', 404],
    ['/p//v1/chat/completions', 404],
    ['/p/a%2Fb/v1/chat/completions', 404],
    ['/p/%zz/v1/chat/completions', 400],
    ['/v1%2Fchat%2Fcompletions', 404],
    ['/v1/../v1/chat/completions', 404],
    ['http://other.example/v1/chat/completions', 200],
    ['http://other.example:8080/p/web/v1/chat/completions', 200],
  ])('%s: %i', async (path, status) => expect(await statusOf(post(path))).toBe(status));

  it('the project of the path goes before the one of the header', async () => {
    expect(await statusOf(post('/p/web/v1/chat/completions', ['x-turnpike-project: nowhere']))).toBe(200);
    expect((await until(() => plane.ledger.calls[0])).projectLabel).toBe('web');
    expect(await statusOf(post('/v1/chat/completions', ['x-turnpike-project: nowhere']))).toBe(404);
    expect(
      await statusOf(post('/v1/chat/completions', ['x-turnpike-project: web', 'x-turnpike-project: web'])),
    ).toBe(404);
  });

  it('a reply to HTTP/1.0 is not chunked', async () => {
    const client = open();
    client.send(postBytes(plane.key, chat({ stream: true }), { version: '1.0' }));
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1\.1 200/);
    expect(client.text()).not.toMatch(/transfer-encoding/i);
    expect(client.text()).toMatch(/\r\n\r\ndata: \{[^]*data: \[DONE\]\n\n$/);
  });

  it('pipelined requests are answered in order', async () => {
    const client = open();
    const first = postBytes(plane.key, chat({ stream: true }), { headers: ['x-request-id: first'] });
    const second = postBytes(plane.key, chat(), { headers: ['x-request-id: second'] });
    client.send(first + second);
    await until(() => client.text().includes('works"'));
    await until(() => plane.ledger.calls.length === 2);
    await sleep(50);
    const text = client.text();
    expect(text.indexOf('x-request-id: first')).toBeLessThan(text.indexOf('[DONE]'));
    expect(text.indexOf('[DONE]')).toBeLessThan(text.indexOf('x-request-id: second'));
  });

  it('a client that waits for 100 gets it', async () => {
    const client = open();
    const [head, body] = postBytes(plane.key, chat(), { headers: ['expect: 100-continue'] }).split(
      '\r\n\r\n',
    );
    client.send(`${head ?? ''}\r\n\r\n`);
    await until(() => client.text().startsWith('HTTP/1.1 100 Continue'));
    client.send(body ?? '');
    await until(() => client.text().includes('works'));
  });

  it.each([
    ['both lengths', 'content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{"a\r\n0\r\n\r\n'],
    ['two lengths', 'content-length: 3\r\ncontent-length: 4\r\n\r\n{"a"'],
    ['a length that is none', 'content-length: x\r\n\r\n'],
    ['a wrong chunk size', 'transfer-encoding: chunked\r\n\r\nxyz\r\n{"a\r\n'],
    ['a space in a header name', 'bad name: 1\r\ncontent-length: 0\r\n\r\n'],
    ['a header larger than 16 KiB', `x-large: ${'x'.repeat(20_000)}\r\ncontent-length: 0\r\n\r\n`],
  ])('%s: refused, and the connection closes', async (_, rest) => {
    const client = open();
    client.send(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${plane.key}\r\n${rest}`,
    );
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(upstream.seen).toHaveLength(0);
  });

  it('bytes behind a body are another request', async () => {
    const client = open();
    client.send(`${postBytes(plane.key, chat())}garbage\r\n\r\n`);
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1\.1 (200|400)/);
    expect(upstream.seen.length).toBeLessThanOrEqual(1);
  });

  it.each([
    [36 * MIB, 200],
    [36 * MIB + 1, 413],
  ])(
    'a body of %i bytes: %i',
    async (size, status) => {
      const shell = JSON.stringify(chat({ user: '' }));
      const body = shell.replace('"user":""', `"user":"${'x'.repeat(size - shell.length)}"`);
      for (const stated of [true, false]) {
        const response = await fetch(`${plane.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${plane.key}` },
          ...(stated ? { body } : { body: new Blob([body]).stream(), duplex: 'half' }),
        });
        expect(response.status).toBe(status);
        await response.text();
      }
    },
    20_000,
  );

  it('a small body that unpacks to a large one is refused', async () => {
    const response = await fetch(`${plane.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': plane.key, 'content-encoding': 'gzip' },
      body: gzipSync(Buffer.alloc(64 * MIB)),
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'request_too_large' } });
  });

  it.each([
    ['TRACE', '/v1/chat/completions'],
    ['PROPFIND', '/v1/messages'],
    ['GET', '/v1/chat/completions'],
  ])('%s %s is refused in the words of the dialect', async (method, path) => {
    const client = open();
    client.send(`${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1\.1 40[45]/);
    expect(client.text()).toContain('"turnpike"');
  });

  it.each(['/v1/nothing', '/v1/chat/completions'])(
    'without a key no body is waited for at %s',
    async (path) => {
      const client = open();
      client.send(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 30000000\r\n\r\n{`);
      await until(() => /^HTTP\/1\.1 40[14][^]*"turnpike"/.test(client.text()));
    },
  );

  it('a path that cannot be decoded is refused in the words of the dialect', async () => {
    const client = open();
    client.send('GET /v1/models/%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1\.1 40[04]/);
    expect(client.text()).toContain('"turnpike"');
  });

  it.each(['/requests/x', '/v1/requests/x', '/v1/v1/requests/x', '/p/web/v1/requests/x'])(
    'GET %s is a path',
    async (path) => {
      const response = await fetch(plane.url + path, { headers: { authorization: `Bearer ${plane.key}` } });
      expect(response.status).toBe(200);
    },
  );

  it('asks for both keys when two are sent', async () => {
    const response = await fetch(`${plane.url}/v1/models`, {
      headers: { authorization: `Bearer ${plane.key}`, 'x-api-key': `${plane.key.slice(0, -1)}x` },
    });
    expect(response.status).toBe(401);
  });
});
