import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TokenQuestion {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly form: URLSearchParams;
}

export interface TokenAnswer {
  readonly status?: number;
  readonly body: string | object;
  readonly delayMs?: number;
}

/** Whoever gives tokens, as a test wants it; keeps what it was asked. */
export interface TokenEndpoint {
  readonly url: string;
  readonly asked: TokenQuestion[];
  answer: (question: TokenQuestion) => TokenAnswer;
  close(): Promise<void>;
}

export async function openTokenEndpoint(answer: TokenEndpoint['answer']): Promise<TokenEndpoint> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const question = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        form: new URLSearchParams(text),
      };
      endpoint.asked.push(question);
      const { status = 200, body, delayMs = 0 } = endpoint.answer(question);
      setTimeout(() => {
        response.writeHead(status, { 'content-type': 'application/json', 'metadata-flavor': 'Google' });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      }, delayMs).unref();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint: TokenEndpoint = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return endpoint;
}
