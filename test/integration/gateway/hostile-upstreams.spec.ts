import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { until } from '@turnpike/testing';
import {
  answerJson,
  answerStream,
  DONE,
  errorBody,
  FINISH,
  openStream,
  ROLE,
  streamOf,
  TEXT,
  USAGE,
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

describe('a provider that answers oddly', () => {
  let bad: RawUpstream;
  let good: RawUpstream;
  let plane: DataPlaneFixture;

  beforeAll(async () => {
    bad = await openUpstream();
    good = await openUpstream((_request, response, body) =>
      (JSON.parse(body.toString()) as { stream?: boolean }).stream === true
        ? answerStream(response, streamOf('good'))
        : answerJson(response, wholeOf('good')),
    );
    plane = await openDataPlane(configOf([bad.url, good.url]), { forgetful: true });
  });
  afterAll(async () => {
    await plane.close();
    await bad.close();
    await good.close();
  });
  beforeEach(() => {
    plane.ledger.calls.length = 0;
    plane.observer.defects.length = 0;
    bad.seen.length = 0;
  });
  afterEach(() => expect(plane.deps.active.size).toBe(0));

  const ask = async (handler: UpstreamHandler, stream: boolean, over: object = {}) => {
    bad.handler = handler;
    const response = await fetch(`${plane.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${plane.key}` },
      body: JSON.stringify(chat({ stream, ...over })),
    });
    const text = await response.text();
    const call = await until(() => plane.ledger.calls[0]);
    return { status: response.status, text, call, headers: response.headers };
  };

  const raw =
    (bytes: string | Buffer): UpstreamHandler =>
    (_request, response) => {
      response.socket?.end(bytes);
    };
  const html = '<html><body>502 Bad Gateway</body></html>';

  it.each<[string, UpstreamHandler]>([
    ['HTML with 200', (_r, s) => s.writeHead(200, { 'content-type': 'text/html' }).end(html)],
    ['204', (_r, s) => s.writeHead(204).end()],
    ['a redirect', (_r, s) => s.writeHead(302, { location: good.url }).end()],
    ['nothing with 200', (_r, s) => s.writeHead(200).end()],
    ['a wrong protocol', raw('SSH-2.0-OpenSSH_9.6\r\n')],
    ['an upgrade', raw('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')],
    ['a head cut short', raw('HTTP/1.1 200 OK\r\ncontent-type: text/ev')],
    ['a length that lies', raw('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"id"')],
    ['a broken chunk size', raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n')],
    ['a giant head', raw(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`)],
    ['JSON that is cut', (_r, s) => answerJson(s, wholeOf('x').slice(0, -9))],
    ['a list', (_r, s) => answerJson(s, '[]')],
    ['null', (_r, s) => answerJson(s, 'null')],
    ['an error in 200', (_r, s) => answerJson(s, errorBody('oops'))],
    [
      'bytes that nobody asked to be packed',
      (_r, s) => answerJson(s, gzipSync(wholeOf('x')).toString('latin1')),
    ],
    [
      'an endless error page',
      (_r, s) => {
        s.writeHead(500, { 'content-type': 'text/html' });
        const more = setInterval(() => s.write('x'.repeat(20_000)), 5);
        s.on('close', () => clearInterval(more));
      },
    ],
  ])('%s: the next target answers', async (_, handler) => {
    for (const stream of [false, true]) {
      plane.ledger.calls.length = 0;
      const { status, text, call } = await ask(handler, stream);
      expect({ status, good: text.includes('good') }).toEqual({ status: 200, good: true });
      expect(call.attempts).toHaveLength(2);
      expect(call.attempts[0]).toMatchObject({ state: 'unbilled', waste: 'failed_attempt' });
      expect(call.attempts[1]).toMatchObject({ state: 'measured' });
      expect(plane.observer.defects).toEqual([]);
    }
  });

  it('information before the head is skipped', async () => {
    const body = wholeOf('informed');
    const bytes = `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const { text } = await ask(raw(bytes), false);
    expect(text).toContain('informed');
  });

  it('trailers behind a stream do no harm', async () => {
    const { text, call } = await ask((_r, s) => {
      s.writeHead(200, { 'content-type': 'text/event-stream', trailer: 'x-sum' });
      s.addTrailers({ 'x-sum': '1' });
      s.end(streamOf('trailed').join(''));
    }, true);
    expect(text).toContain('trailed');
    expect(call.state).toBe('succeeded');
  });

  it.each(['\r\n', '\r'])('a stream with line ends %j is passed on as it came', async (end) => {
    const events = streamOf('ends').join('').replaceAll('\n', end);
    const { text, call } = await ask(
      (_r, s) => {
        openStream(s);
        s.end(events);
      },
      true,
      { stream_options: { include_usage: true } },
    );
    expect(text).toBe(events);
    expect(call.attempts[0]).toMatchObject({ state: 'measured', usage: { output: 5 } });
  });

  it('a stream cut at every byte says the same', async () => {
    const events = streamOf('schön €').join('');
    const { text, call } = await ask(
      (_r, s) => {
        openStream(s);
        const bytes = Buffer.from(events);
        let at = 0;
        const step = (): void => {
          if (at === bytes.length) return void s.end();
          s.write(bytes.subarray(at, ++at), () => setImmediate(step));
        };
        step();
      },
      true,
      { stream_options: { include_usage: true } },
    );
    expect(text).toBe(events);
    expect(call.attempts[0]).toMatchObject({ state: 'measured', usage: { output: 5 } });
  });

  it.each([
    ['a role', ROLE],
    ['a comment', ': PROCESSING\n\n'],
    ['nothing', ''],
    ['half an event', 'data: {"id"'],
  ])('a stall after %s: the next target answers', async (_, sent) => {
    const { text, call } = await ask((_r, s) => {
      openStream(s);
      if (sent) s.write(sent);
    }, true);
    expect(text).toContain('good');
    expect(call.attempts[0]).toMatchObject({ waste: 'failed_attempt', failureClass: 'server' });
  });

  it('a stall after text: an error event, billed as estimated', async () => {
    const { text, call } = await ask((_r, s) => {
      openStream(s);
      s.write(ROLE + TEXT('half'));
    }, true);
    expect(text).toContain('half');
    expect(text).toContain('"error"');
    expect(text).not.toContain('[DONE]');
    expect(call).toMatchObject({ state: 'broken', status: 200 });
    expect(call.attempts).toHaveLength(1);
    expect(call.attempts[0]).toMatchObject({ state: 'estimated', waste: 'stream_broken' });
  });

  it('a stall after the finish: the answer is whole', async () => {
    const { text, call } = await ask((_r, s) => {
      openStream(s);
      s.write(ROLE + TEXT('whole') + FINISH);
    }, true);
    expect(text).not.toContain('"error"');
    expect(text).toContain('[DONE]');
    expect(call).toMatchObject({ state: 'succeeded' });
  });

  it('a giant event passes', async () => {
    const giant = 'g'.repeat(5 * 1024 * 1024);
    const { text } = await ask((_r, s) => answerStream(s, [ROLE, TEXT(giant), FINISH, USAGE, DONE]), true);
    expect(text.length).toBeGreaterThan(giant.length);
  });

  it.each([-5, 1.5, 1e30, '7', null, {}, true])('usage of %j does not break the books', async (output) => {
    for (const stream of [false, true]) {
      plane.ledger.calls.length = 0;
      const usage = { prompt_tokens: output, completion_tokens: output, total_tokens: output };
      const { status, call } = await ask((_r, s) => {
        if (!stream) return answerJson(s, wholeOf('counted', usage));
        const odd = USAGE.replace(/"usage":\{.*\}\}/, `"usage":${JSON.stringify(usage)}}`);
        answerStream(s, [ROLE, TEXT('counted'), FINISH, odd, DONE]);
      }, stream);
      expect(status).toBe(200);
      expect(plane.observer.defects).toEqual([]);
      expect(call.attempts).toHaveLength(1);
      expect(call.attempts[0]?.costPicoUsd).toBeGreaterThanOrEqual(0n);
    }
  });

  it('an answer before the request is read reaches the client', async () => {
    bad.handler = () => undefined;
    const early = await openUpstream();
    const { createServer } = await import('node:net');
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () =>
        socket.end(
          'HTTP/1.1 413 Too Large\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: 36\r\n\r\n{"error":{"message":"this is 36 b"}}',
        ),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const other = await openDataPlane(configOf([`http://127.0.0.1:${port}`]));
    const response = await fetch(`${other.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${other.key}` },
      body: JSON.stringify(chat({ user: 'x'.repeat(8 * 1024 * 1024) })),
    });
    expect([400, 413, 502]).toContain(response.status);
    await response.text();
    await other.close();
    await early.close();
    server.close();
  });

  it('an endless stream against a client that never reads stays flat in memory', async () => {
    let sent = 0;
    bad.handler = (_request, response) => {
      openStream(response);
      const event = TEXT('x'.repeat(50_000));
      const pump = (): void => {
        let more = true;
        while (more && !response.destroyed) {
          more = response.write(event);
          sent += event.length;
        }
        if (!response.destroyed) response.once('drain', pump);
      };
      response.write(ROLE);
      pump();
    };
    const client = openClient(plane.port);
    client.socket.pause();
    client.send(postBytes(plane.key, chat({ stream: true })));
    await until(() => sent > 100_000);
    await sleep(500);
    const before = sent;
    await sleep(500);
    expect(sent - before).toBeLessThan(1_000_000);
    expect(sent).toBeLessThan(30_000_000);
    client.socket.destroy();
    const call = await until(() => plane.ledger.calls[0]);
    expect(call).toMatchObject({ state: 'cancelled' });
  });

  it('text without end before the commit point is given up', async () => {
    const { text, call } = await ask((_r, s) => {
      openStream(s);
      const event = `: ${'x'.repeat(60_000)}\n\n`;
      const pump = (): void => {
        while (!s.destroyed && s.write(event));
        if (!s.destroyed) s.once('drain', pump);
      };
      pump();
    }, true);
    expect(text).toContain('good');
    expect(call.attempts[0]).toMatchObject({ waste: 'failed_attempt' });
  });
});
