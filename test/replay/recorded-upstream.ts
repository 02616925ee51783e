import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { cutBody, type Cut, type ServedAnswer } from './served-answer';

/** What is served for one exchange, and what was asked for it. */
export interface Serving {
  readonly answer: ServedAnswer;
  readonly cut: Cut;
  /** Body of the request that came; undefined: none came. */
  asked?: Buffer;
}

/** A provider that answers each exchange with its recording. */
export interface RecordedUpstream {
  readonly url: string;
  /** Served to the request whose user agent is `id`. */
  serve(id: string, serving: Serving): void;
  forget(id: string): void;
  close(): Promise<void>;
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** No body may come with these. */
const isBodiless = (status: number): boolean => status === 204 || status === 304;

async function send(response: ServerResponse, { answer, cut }: Serving): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.appendHeader(name, value);
  if (isBodiless(answer.status)) return void response.end();
  for (const piece of cutBody(answer.body, cut)) {
    response.write(piece);
    await tick();
  }
  response.end();
}

/** Exchanges are told apart by the user agent, the one header that passes the gateway as it is. */
export async function openUpstream(): Promise<RecordedUpstream> {
  const served = new Map<string, Serving>();
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.on('end', () => {
      const serving = served.get(request.headers['user-agent'] ?? '');
      if (!serving) {
        response.statusCode = 599;
        return void response.end('no recording is served to this request');
      }
      serving.asked = Buffer.concat(chunks);
      send(response, serving).catch(() => response.destroy());
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    serve: (id, serving) => void served.set(id, serving),
    forget: (id) => void served.delete(id),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
