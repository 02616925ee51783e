import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import type { CallEntry } from '@turnpike/billing';
import { until } from '@turnpike/testing';
import { openDataPlane, type DataPlaneFixture } from '../gateway/open-data-plane';
import { Listener, type Taken } from './listener';

export const MIB = 1024 * 1024;
export const field = (name: string, value: string): string =>
  `--XX\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
export const FILE =
  '--XX\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n';
export const END = '\r\n--XX--\r\n';

/** Noise that no boundary hides in, the same at every start. */
export const noise = (size: number): Buffer => {
  const bytes = Buffer.alloc(size);
  for (let at = 0, seed = 7; at < size; at++) {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    bytes[at] = seed >> 16;
  }
  return bytes;
};

export const textOf = ({ body }: Taken): string => Buffer.concat(body).toString('latin1');

/** A body with one file, the model before or behind it. */
export const bodyOf = (file: Buffer, model = 'm', before = true): Buffer =>
  Buffer.concat([
    Buffer.from((before ? field('model', model) : '') + field('language', 'de') + FILE),
    file,
    Buffer.from(before ? END : `\r\n${field('model', model).slice(0, -2)}${END}`),
  ]);

/** Two providers that listen while bodies come, and a gateway in front of them. */
export interface MultipartFixture {
  readonly first: Listener;
  readonly second: Listener;
  readonly plane: DataPlaneFixture;
  post(body: Buffer | string, path?: string, headers?: Record<string, string>): Promise<Response>;
  /** A client that writes when it is told to. */
  open(headers: readonly string[]): { readonly socket: Socket; text(): string };
  /** Every call is over. */
  calm(): Promise<true>;
  lastCall(): Promise<CallEntry | undefined>;
  reset(): void;
  /** Nothing is left behind. */
  check(): void;
  close(): Promise<void>;
}

const TIMEOUTS = { connectMs: 1000, firstByteMs: 3000, idleMs: 1000, totalMs: 20_000 };

const configOf = (first: Listener, second: Listener): object => {
  const provider = (use: string, baseUrl: string): object => ({
    use,
    baseUrl,
    allowPrivateNetwork: true,
    credentials: [{ name: 'c', apiKey: 'secret' }],
    timeouts: TIMEOUTS,
  });
  const price = (name: string): object => ({
    provider: name,
    model: '*',
    inputPerMTok: '2',
    outputPerMTok: '4',
  });
  return {
    providers: {
      first: provider('openai-compatible', `${first.url}/v1`),
      second: provider('openai-compatible', `${second.url}/v1`),
      claude: provider('anthropic-compatible', first.url),
    },
    models: {
      m: {
        targets: [
          { provider: 'first', model: 'real-model' },
          { provider: 'second', model: 'w2' },
        ],
      },
      claude: { targets: [{ provider: 'claude', model: 'c' }] },
    },
    passthrough: { enabled: true },
    prices: { overrides: [price('first'), price('second')] },
    resilience: { maxAttempts: 3, deadlineMs: 20_000, clientAbort: { drainMs: 100 } },
  };
};

function openClient(
  plane: DataPlaneFixture,
  headers: readonly string[],
): { socket: Socket; text: () => string } {
  const socket = connect(plane.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1'))).on('error', () => undefined);
  const head = [
    'POST /v1/audio/transcriptions HTTP/1.1',
    'host: x',
    `authorization: Bearer ${plane.key}`,
    'content-type: multipart/form-data; boundary=XX',
    ...headers,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  return { socket, text: () => text };
}

export async function openMultipart(): Promise<MultipartFixture> {
  const first = new Listener();
  const second = new Listener();
  await Promise.all([first.listen(), second.listen()]);
  const plane = await openDataPlane(configOf(first, second), { forgetful: true });
  const sockets: Socket[] = [];
  return {
    first,
    second,
    plane,
    post: (body, path = '/v1/audio/transcriptions', headers = {}) =>
      fetch(plane.url + path, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${plane.key}`,
          'content-type': 'multipart/form-data; boundary=XX',
          ...headers,
        },
        body: typeof body === 'string' ? body : new Uint8Array(body),
      }),
    open: (headers) => {
      const client = openClient(plane, headers);
      sockets.push(client.socket);
      return client;
    },
    calm: () => until(() => plane.observer.started === plane.observer.ended, { limitMs: 10_000 }),
    lastCall: async () => {
      await until(() => plane.ledger.calls.length > 0);
      return plane.ledger.calls.at(-1);
    },
    reset: () => {
      first.reset();
      second.reset();
      plane.ledger.calls.length = 0;
    },
    check: () => {
      for (const socket of sockets.splice(0)) socket.destroy();
      expect(plane.observer.defects).toEqual([]);
      expect(readdirSync(tmpdir()).filter((name) => name.startsWith('turnpike-upload-'))).toEqual([]);
    },
    close: async () => {
      await plane.close();
      first.close();
      second.close();
    },
  };
}
