import { Agent, request } from 'node:http';
import type { ReplayGateway } from './open-gateway';
import type { ClientRequest } from './client-request';

/** What a client of the gateway got. */
export interface Answered {
  readonly status: number;
  readonly contentType: string;
  readonly lane: string;
  /** A figure of the gateway's own making. */
  readonly estimated: boolean;
  readonly body: Buffer;
}

/** Far more than any exchange takes: a machine with other work must not make failures. */
const LIMIT_MS = 75_000;

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Connections that are kept open would keep the process. */
export const closeConnections = (): void => agent.destroy();

/** One call over HTTP. @throws Error when it fails or has no end in time: the gateway always ends its answers. */
export function askGateway(
  gateway: ReplayGateway,
  { path, body }: ClientRequest,
  id: string,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request(gateway.url + path, {
      method: 'POST',
      agent,
      headers: {
        authorization: `Bearer ${gateway.key}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'anthropic-version': '2023-06-01',
        'user-agent': id,
        'x-request-id': id,
      },
    });
    const timer = setTimeout(() => sent.destroy(new Error(`no end within ${LIMIT_MS} ms`)), LIMIT_MS);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    sent.on('error', fail);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        clearTimeout(timer);
        const headers = response.headers;
        resolve({
          status: response.statusCode ?? 0,
          contentType: headers['content-type'] ?? '',
          lane: String(headers['x-turnpike-lane'] ?? ''),
          estimated: headers['x-turnpike-estimated'] === 'true',
          body: Buffer.concat(chunks),
        });
      });
    });
    sent.end(body);
  });
}
