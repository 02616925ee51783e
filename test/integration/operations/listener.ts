import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Taken {
  readonly headers: IncomingMessage['headers'];
  readonly path: string;
  bytes: number;
  readonly body: Buffer[];
  ended: boolean;
  closed: boolean;
}

/** A provider that shows its body while it comes. */
export class Listener {
  readonly taken: Taken[] = [];
  answer: (response: ServerResponse, taken: Taken) => void = (response) => json(response, { text: 'ok' });
  /** Called for each request before a byte of its body is read. */
  onHead: (request: IncomingMessage, response: ServerResponse) => void = (request) => void request.resume();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const taken: Taken = {
        headers: request.headers,
        path: request.url ?? '',
        bytes: 0,
        body: [],
        ended: false,
        closed: false,
      };
      this.taken.push(taken);
      request.on('error', () => undefined);
      request.on('close', () => (taken.closed = true));
      request.on('end', () => {
        taken.ended = true;
        if (!response.headersSent) this.answer(response, taken);
      });
      request.on('data', (chunk: Buffer) => {
        taken.bytes += chunk.length;
        taken.body.push(chunk);
      });
      this.onHead(request, response);
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  reset(): void {
    this.taken.length = 0;
    this.answer = (response) => json(response, { text: 'ok' });
    this.onHead = (request) => void request.resume();
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

export const json = (response: ServerResponse, body: object, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
