import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@turnpike/testing';
import { json, type Listener, type Taken } from './listener';
import {
  bodyOf,
  END,
  field,
  FILE,
  MIB,
  noise,
  openMultipart,
  textOf,
  type MultipartFixture,
} from './open-multipart';

/** What is read once nothing has moved for a second. */
async function atRest(read: () => number): Promise<number> {
  let [seen, sinceMs] = [read(), Date.now()];
  await until(
    () => {
      if (read() !== seen) [seen, sinceMs] = [read(), Date.now()];
      return Date.now() - sinceMs > 1_000;
    },
    { limitMs: 15_000, what: 'a standstill' },
  );
  return seen;
}

describe('multipart bodies', () => {
  let fixture: MultipartFixture;
  let first: Listener;
  let second: Listener;

  beforeAll(async () => {
    fixture = await openMultipart();
    ({ first, second } = fixture);
  });
  afterAll(() => fixture.close());
  beforeEach(() => fixture.reset());
  afterEach(() => fixture.check());

  // First, on a connection of its own: one that has carried much holds tens of megabytes in the kernel.
  it('wait for a provider that does not read, without piling up', async () => {
    first.onHead = (request) => void request.pause();
    const size = 35 * MIB;
    const head = field('model', 'm') + FILE;
    let side: Socket | undefined;
    fixture.plane.server.server.once('connection', (socket: Socket) => (side = socket));
    const { socket } = fixture.open([`content-length: ${head.length + size + END.length}`]);
    socket.write(head);
    socket.write(Buffer.alloc(size));
    await until(() => first.taken.length === 1);
    // What the gateway has taken: a few megabytes lie in the sockets on the way to the provider, the rest stays outside.
    const taken = await atRest(() => side?.bytesRead ?? 0);
    expect(taken).toBeGreaterThan(head.length);
    expect(taken).toBeLessThan(20 * MIB);
    await sleep(200);
    expect(side?.bytesRead).toBe(taken);
    socket.destroy();
    await fixture.calm();
  });

  it.each([
    ['before', true, 100],
    ['behind', false, 100],
    ['before a large', true, 3 * MIB],
    ['behind a large', false, 3 * MIB],
  ])('with the model %s file arrive byte by byte, but for its name', async (_, before, size) => {
    const sent = bodyOf(noise(size), 'm', before);
    const response = await fixture.post(sent);
    expect(await response.json()).toEqual({ text: 'ok' });
    const expected = bodyOf(noise(size), 'real-model', before);
    const [taken] = first.taken;
    expect(taken?.path).toBe('/v1/audio/transcriptions');
    expect(taken?.headers).toMatchObject({
      'content-type': 'multipart/form-data; boundary=XX',
      'content-length': String(expected.length),
      authorization: 'Bearer secret',
    });
    expect(Buffer.concat(taken?.body ?? []).equals(expected)).toBe(true);
    expect(response.headers.get('x-turnpike-model')).toBe('real-model');
    expect(response.headers.get('x-turnpike-route')).toBe('m');
  });

  it('reach the provider while they still come in', async () => {
    const { socket, text } = fixture.open(['transfer-encoding: chunked']);
    const write = (data: string): void =>
      void socket.write(`${Buffer.byteLength(data).toString(16)}\r\n${data}\r\n`);
    write(field('model', 'm') + FILE);
    write('one');
    await until(() => first.taken[0] && textOf(first.taken[0]).includes('one'));
    expect(textOf(first.taken[0] as Taken)).toContain('\r\n\r\nreal-model\r\n');
    write('two');
    await until(() => first.taken[0] && textOf(first.taken[0]).endsWith('onetwo'));
    write(END);
    socket.write('0\r\n\r\n');
    await until(() => text().includes('"ok"'));
    expect(first.taken[0]?.headers['transfer-encoding']).toBe('chunked');
  });

  it('are sent to the next target from the start, wherever the first one failed', async () => {
    const file = noise(4 * MIB);
    let failed = 0;
    first.onHead = (request) => {
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes < 2 * MIB || failed++ > 0) return;
        request.socket.destroy();
      });
    };
    const response = await fixture.post(bodyOf(file));
    expect(await response.json()).toEqual({ text: 'ok' });
    expect(response.headers.get('x-turnpike-provider')).toBe('second');
    const hash = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
    expect(hash(Buffer.concat(second.taken[0]?.body ?? []))).toBe(hash(bodyOf(file, 'w2')));
    expect(await fixture.lastCall()).toMatchObject({
      operation: 'transcriptions',
      state: 'succeeded',
      attempts: [
        { provider: 'first', state: 'unbilled' },
        { provider: 'second', status: 200 },
      ],
    });
  });

  it('are sent to the next target when the first one refuses before the end', async () => {
    first.onHead = (request, response) => {
      request.resume();
      json(response, { error: { message: 'busy' } }, 503);
    };
    const response = await fixture.post(bodyOf(noise(5 * MIB)));
    expect([response.status, response.headers.get('x-turnpike-provider')]).toEqual([200, 'second']);
    expect(second.taken[0]?.bytes).toBe(bodyOf(noise(5 * MIB), 'w2').length);
  });

  it('get the answer that comes before their end', async () => {
    first.onHead = (request, response) => {
      request.pause();
      json(response, { error: { message: 'bad language', type: 'invalid_request_error' } }, 400);
    };
    const { socket, text } = fixture.open([`content-length: ${20 * MIB}`]);
    socket.write(field('model', 'm') + FILE + 'x'.repeat(1000));
    await until(() => text().includes('bad language'));
    expect(text()).toMatch(/^HTTP\/1\.1 400 /);
    expect(second.taken).toEqual([]);
  });

  it('that break off end at the provider too', async () => {
    const { socket } = fixture.open([`content-length: ${20 * MIB}`]);
    socket.write(`${field('model', 'm')}${FILE}abc`);
    await until(() => first.taken.length === 1);
    socket.destroy();
    await until(() => first.taken[0]?.closed);
    expect(first.taken[0]?.ended).toBe(false);
    expect(await fixture.lastCall()).toMatchObject({ state: 'cancelled', status: 499 });
    expect(second.taken).toEqual([]);
  });

  it('that break off before the model is known disturb nobody', async () => {
    const { socket } = fixture.open([`content-length: ${20 * MIB}`]);
    socket.write(`${FILE}abc`);
    await sleep(50);
    socket.destroy();
    await sleep(50);
    expect(first.taken).toEqual([]);
    await fixture.calm();
  });

  it.each<[string, string, number, string | undefined]>([
    ['no model', field('language', 'de') + FILE + END, 400, 'model'],
    ['an empty model', field('model', '') + FILE + END, 400, 'model'],
    ['an unknown model', field('model', 'nobody') + FILE + END, 404, 'model'],
    ['nothing', '', 400, undefined],
    ['JSON', '{"model":"m"}', 400, undefined],
    [
      'another model behind the file',
      field('model', 'm') + FILE + `\r\n${field('model', 'secret')}`.slice(0, -2) + END,
      400,
      undefined,
    ],
    [
      'a model that not everybody would see',
      field('model', 'm') + FILE + 'x\n--XX\nContent-Disposition: form-data; name="model"\n\nsecret' + END,
      400,
      undefined,
    ],
    ['a target that does not offer it', field('model', 'claude') + FILE + END, 400, 'model'],
  ])('with %s are refused', async (_, body, status, param) => {
    const response = await fixture.post(body);
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error: { type: string; param?: string | null } };
    expect(error.type).toBe('invalid_request_error');
    if (param !== undefined) expect(error.param).toBe(param);
    expect(response.headers.get('x-turnpike-call-id')).not.toBeNull();
    // Whoever was asked has not heard what is wrong with it.
    expect(first.taken.every((taken) => !textOf(taken).includes('secret'))).toBe(true);
    expect(first.taken.every(({ ended }) => !ended)).toBe(true);
    expect(second.taken).toEqual([]);
  });

  it('that end too soon are refused, although the provider has heard all there was', async () => {
    const response = await fixture.post(field('model', 'm') + FILE);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('ends before its closing border');
    await sleep(100);
  });

  it.each([
    ['application/json', 415],
    ['multipart/form-data', 400],
    ['multipart/form-data; boundary=a; boundary=b', 400],
    ['multipart/mixed; boundary=XX', 415],
  ])('of type %s are refused', async (type, status) => {
    expect(
      (await fixture.post(field('model', 'm') + FILE + END, undefined, { 'content-type': type })).status,
    ).toBe(status);
    expect((await fixture.post('x', undefined, { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  it('are refused beyond 36 MiB, stated or not', async () => {
    const stated = await fixture.post(
      Buffer.concat([Buffer.from(field('model', 'm') + FILE), Buffer.alloc(37 * MIB)]),
    );
    expect(stated.status).toBe(413);
    expect(first.taken).toEqual([]);
    const { socket, text } = fixture.open(['transfer-encoding: chunked']);
    const write = (data: Buffer): boolean => {
      socket.write(`${data.length.toString(16)}\r\n`);
      socket.write(data);
      return socket.write('\r\n');
    };
    write(Buffer.from(field('model', 'm') + FILE));
    const chunk = Buffer.alloc(256 * 1024);
    for (let sent = 0; sent < 37 * MIB && !socket.destroyed; sent += chunk.length)
      if (!write(chunk)) await Promise.race([new Promise((go) => socket.once('drain', go)), sleep(1000)]);
    await until(() => text().includes('413'));
    expect(text()).toContain('request_too_large');
    expect(first.taken.at(-1)?.ended).toBe(false);
  }, 60_000);
});
