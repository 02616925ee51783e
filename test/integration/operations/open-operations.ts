import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { CallEntry } from '@turnpike/billing';
import { until } from '@turnpike/testing';
import {
  openDataPlane,
  openUpstream,
  type DataPlaneFixture,
  type RawUpstream,
  type UpstreamHandler,
} from '../gateway/open-data-plane';

export interface Told {
  readonly path: string;
  readonly json: Record<string, unknown>;
  readonly headers: IncomingHttpHeaders;
}

/** A provider by its definition, and what it was told. */
export interface Teller {
  readonly told: Told[];
  answer: UpstreamHandler;
}

export interface OperationsFixture {
  readonly plane: DataPlaneFixture;
  readonly tellers: Readonly<Record<string, Teller>>;
  /** A call in JSON, with a key. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  reset(): void;
  close(): Promise<void>;
}

export interface OperationsOptions {
  /** Definition by the provider's name. */
  readonly use: Readonly<Record<string, string>>;
  /** Targets by alias, each `provider/model`. */
  readonly models: Readonly<Record<string, readonly string[]>>;
  readonly prices?: readonly object[];
  readonly resilience?: object;
}

/** Definitions whose address ends in its version, as their SDKs take it. */
const VERSIONED = /^(?:openai|openai-compatible|vllm|groq)$/;

const splitTarget = (target: string): object => ({
  provider: target.slice(0, target.indexOf('/')),
  model: target.slice(target.indexOf('/') + 1),
});

/** A price by the token for `provider/model`. */
export const priceOf = (target: string, more: object = {}): object => ({
  ...splitTarget(target),
  inputPerMTok: '2',
  outputPerMTok: '4',
  ...more,
});

export const sendJson = (response: ServerResponse, body: unknown, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

function openTeller(upstream: RawUpstream): Teller {
  const teller: Teller = { told: [], answer: (_, response) => sendJson(response, {}) };
  upstream.handler = (request: IncomingMessage, response, body) => {
    const isJson = request.headers['content-type'] === 'application/json';
    const json = isJson ? (JSON.parse(body.toString()) as Told['json']) : {};
    teller.told.push({ path: request.url ?? '', json, headers: request.headers });
    teller.answer(request, response, body);
  };
  return teller;
}

/** A gateway in front of providers that say what a test tells them to. */
export async function openOperations(options: OperationsOptions): Promise<OperationsFixture> {
  const names = Object.keys(options.use);
  const upstreams = await Promise.all(names.map(() => openUpstream()));
  const providers = names.map((name, i) => {
    const use = options.use[name] ?? '';
    return [
      name,
      {
        use,
        baseUrl: `${upstreams[i]?.url}${VERSIONED.test(use) ? '/v1' : ''}`,
        allowPrivateNetwork: true,
        credentials: [{ name: 'c', apiKey: `secret-of-${name}` }],
        timeouts: { connectMs: 1000, firstByteMs: 2000, idleMs: 1000, totalMs: 20_000 },
        ...(use === 'bedrock' && { region: 'us-east-1' }),
      },
    ];
  });
  const config = {
    providers: Object.fromEntries(providers) as object,
    models: Object.fromEntries(
      Object.entries(options.models).map(([alias, targets]) => [
        alias,
        { strategy: 'priority', targets: targets.map(splitTarget) },
      ]),
    ),
    passthrough: { enabled: true },
    prices: { overrides: options.prices ?? [] },
    resilience: { maxAttempts: 3, deadlineMs: 20_000, clientAbort: { drainMs: 200 }, ...options.resilience },
  };
  // Cases that fail on purpose must not add up.
  const plane = await openDataPlane(config, { forgetful: true });
  const tellers = Object.fromEntries(
    names.map((name, i): [string, Teller] => [name, openTeller(upstreams[i] as RawUpstream)]),
  );
  return {
    plane,
    tellers,
    post: (path, body, headers = {}) =>
      fetch(plane.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${plane.key}`, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    reset: () => {
      plane.ledger.calls.length = 0;
      for (const teller of Object.values(tellers)) {
        teller.told.length = 0;
        teller.answer = (_, response) => sendJson(response, {});
      }
    },
    close: async () => {
      await plane.close();
      await Promise.all(upstreams.map((upstream) => upstream.close()));
    },
  };
}

/** What the ledger was told last. */
export async function lastCallOf({ plane }: OperationsFixture): Promise<CallEntry | undefined> {
  await until(() => plane.ledger.calls.length > 0);
  return plane.ledger.calls.at(-1);
}

/** The provider of that name. @throws when the fixture has none. */
export function tellerOf({ tellers }: OperationsFixture, name: string): Teller {
  const teller = tellers[name];
  if (!teller) throw new Error(`no provider named ${name}`);
  return teller;
}
