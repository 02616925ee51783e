import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayError } from '@turnpike/kernel';
import type { Registry } from 'prom-client';
import type { CheckState } from './polled-check';

export interface OpsServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly registry: Registry;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const json = (status: number, body: unknown): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(body) + '\n',
});

/**
 * Probes and metrics on a port of their own: /livez, /startupz, /readyz, /metrics. Readiness shows our own
 * dependencies as last seen; it never waits for one, and a provider's outage is not among them.
 */
export class OpsServer {
  readonly #options: OpsServerOptions;
  readonly #server: http.Server;
  readonly #checks = new Map<string, () => CheckState>();
  #started = false;
  #draining = false;

  constructor(options: OpsServerOptions) {
    this.#options = options;
    this.#server = http.createServer((request, response) => void this.#reply(request, response));
    this.#server.keepAliveTimeout = 5_000;
  }

  /** `check` reads what is known; it must return at once. */
  addCheck(name: string, check: () => CheckState): void {
    this.#checks.set(name, check);
  }

  /** Configuration, schema and prices are in place: /startupz says so from now on. */
  markStarted(): void {
    this.#started = true;
  }

  /** /readyz answers 503 from now on; calls under way go on. */
  startDraining(): void {
    this.#draining = true;
  }

  /** Resolves with the port. @throws GatewayError internal_error, one sentence, when the port is taken. */
  listen(): Promise<number> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', (cause: NodeJS.ErrnoException) => {
        const why = cause.code === 'EADDRINUSE' ? 'it is in use by another program' : cause.message;
        reject(
          new GatewayError('internal_error', `Cannot listen on ops port ${port} (OPS_PORT): ${why}.`, {
            cause,
          }),
        );
      });
      this.#server.listen(port, host, () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#answer(request).catch((error: unknown) => json(500, { error: String(error) }));
    response.writeHead(answer.status, { 'content-type': answer.type, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return json(405, { error: 'GET only' });
    switch (request.url?.split('?', 1)[0]) {
      case '/livez':
        return json(200, { status: 'alive' });
      case '/startupz':
        return this.#started ? json(200, { status: 'started' }) : json(503, { status: 'starting' });
      case '/readyz':
        return this.#readiness();
      case '/metrics': {
        const { registry } = this.#options;
        return { status: 200, type: registry.contentType, body: await registry.metrics() };
      }
      default:
        return json(404, { error: 'Known paths: /livez, /startupz, /readyz, /metrics' });
    }
  }

  #readiness(): Answer {
    const dependencies = Object.fromEntries([...this.#checks].map(([name, check]) => [name, check()]));
    const isReady = this.#started && !this.#draining && Object.values(dependencies).every(({ ok }) => ok);
    const failing = this.#draining ? 'draining' : this.#started ? 'not ready' : 'starting';
    return json(isReady ? 200 : 503, { status: isReady ? 'ready' : failing, dependencies });
  }
}
