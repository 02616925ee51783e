import { connect, type Socket } from 'node:net';

export interface RawClient {
  readonly socket: Socket;
  /** Everything received so far. */
  text(): string;
  send(bytes: string | Buffer): void;
  /** Resolves when the server has closed. */
  readonly closed: Promise<void>;
}

/** A client that writes bytes as they are and reads what comes. */
export function openClient(port: number): RawClient {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString('utf8')));
  socket.on('error', () => undefined);
  return {
    socket,
    text: () => received,
    send: (bytes) => void socket.write(bytes),
    closed: new Promise((resolve) => socket.on('close', () => resolve())),
  };
}

export interface PostOptions {
  readonly path?: string;
  readonly headers?: readonly string[];
  readonly version?: '1.0' | '1.1';
}

/** The bytes of a call. */
export function postBytes(key: string, body: object | string, options: PostOptions = {}): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const head = [
    `POST ${options.path ?? '/v1/chat/completions'} HTTP/${options.version ?? '1.1'}`,
    'host: localhost',
    `authorization: Bearer ${key}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    ...(options.headers ?? []),
  ];
  return `${head.join('\r\n')}\r\n\r\n${text}`;
}

export const chat = (over: object = {}): object => ({
  model: 'm',
  messages: [{ role: 'user', content: 'hi' }],
  ...over,
});
