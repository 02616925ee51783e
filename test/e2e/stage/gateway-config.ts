import { generateKeyPairSync } from 'node:crypto';
import type { MockUpstream } from '../../../apps/mock-upstream/src/mock-upstream';

export const CLIENT_DIALECTS = ['chat', 'messages', 'responses', 'gemini'] as const;
export type ClientDialect = (typeof CLIENT_DIALECTS)[number];
export const UPSTREAM_DIALECTS = [...CLIENT_DIALECTS, 'bedrock', 'cohere', 'ollama'] as const;
export type UpstreamDialect = (typeof UPSTREAM_DIALECTS)[number];

export interface TokenPrice {
  /** USD per million tokens, at most 6 decimals, so that a token costs a whole number of pico-dollars. */
  readonly inputPerMTok: string;
  readonly outputPerMTok: string;
}

export const DEFAULT_PRICE: TokenPrice = { inputPerMTok: '3.000001', outputPerMTok: '15.000007' };

const TIMEOUTS = { connectMs: 2_000, firstByteMs: 5_000, idleMs: 2_000, totalMs: 60_000 };

/** How a configuration says that a server speaks a dialect, and below which path. */
const SPEAKS: Record<
  UpstreamDialect,
  { readonly definition: Record<string, string>; readonly path: string }
> = {
  chat: { definition: { use: 'openai-compatible' }, path: '/v1' },
  messages: { definition: { use: 'anthropic-compatible' }, path: '' },
  responses: { definition: { use: 'openai-compatible', dialect: 'openai-responses' }, path: '/v1' },
  gemini: { definition: { use: 'gemini-compatible' }, path: '' },
  bedrock: { definition: { use: 'bedrock', region: 'eu-west-1' }, path: '' },
  cohere: { definition: { use: 'cohere' }, path: '' },
  ollama: { definition: { use: 'ollama', dialect: 'ollama-chat' }, path: '' },
};

/** A provider entry that leads to a mock, in one dialect and with keys of its own. */
export const providerEntry = (
  mock: MockUpstream,
  dialect: UpstreamDialect,
  apiKeys: readonly string[] = ['secret'],
): Record<string, unknown> => ({
  ...SPEAKS[dialect].definition,
  baseUrl: mock.url + SPEAKS[dialect].path,
  allowPrivateNetwork: true,
  credentials: apiKeys.map((apiKey, i) => ({ name: `c${i + 1}`, apiKey })),
  timeouts: TIMEOUTS,
});

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const googleAccount = (mock: MockUpstream): Record<string, string> => ({
  serviceAccount: JSON.stringify({
    type: 'service_account',
    client_email: 'gateway@stage.iam.gserviceaccount.com',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  }),
  tokenUrl: `${mock.url}/token`,
});

export const HOSTS = ['azure-openai', 'vertex', 'vertex-anthropic', 'bedrock'] as const;
export type Host = (typeof HOSTS)[number];

/** What each cloud wants to know beside its address, and how it is asked in its own way. */
const HOSTED: Record<Host, (mock: MockUpstream) => Record<string, unknown>> = {
  'azure-openai': (mock) => ({
    apiVersion: '2024-10-21',
    credentials: [
      {
        name: 'c1',
        tenantId: 'stage',
        clientId: 'app',
        clientSecret: 'secret',
        tokenUrl: `${mock.url}/stage/oauth2/v2.0/token`,
      },
    ],
  }),
  vertex: (mock) => ({
    project: 'stage',
    location: 'europe-west4',
    credentials: [{ name: 'c1', ...googleAccount(mock) }],
  }),
  'vertex-anthropic': (mock) => ({
    project: 'stage',
    location: 'global',
    credentials: [{ name: 'c1', ...googleAccount(mock) }],
  }),
  bedrock: () => ({
    region: 'eu-west-1',
    credentials: [{ name: 'c1', accessKeyId: 'AKIDMOCKUPSTREAM', secretAccessKey: 'mock-upstream-secret' }],
  }),
};

/** A provider entry for a cloud that leads to a mock: with tokens or signatures instead of keys. */
export const hostedEntry = (mock: MockUpstream, host: Host): Record<string, unknown> => ({
  use: host,
  baseUrl: mock.url,
  allowPrivateNetwork: true,
  timeouts: TIMEOUTS,
  ...HOSTED[host](mock),
});

export interface GatewayConfigInput {
  readonly providers: Readonly<Record<string, unknown>>;
  /** Targets by alias, each `provider/model`. */
  readonly routes: Readonly<Record<string, readonly string[]>>;
  /** Prices by `provider/model`; others cost DEFAULT_PRICE. */
  readonly prices?: Readonly<Record<string, TokenPrice>>;
  readonly extra?: Readonly<Record<string, unknown>>;
}

const splitTarget = (target: string): { provider: string; model: string } => {
  const at = target.indexOf('/');
  return { provider: target.slice(0, at), model: target.slice(at + 1) };
};

/** A whole configuration in which every target has a price. */
export function gatewayConfig({
  providers,
  routes,
  prices = {},
  extra = {},
}: GatewayConfigInput): Record<string, unknown> {
  const targets = [...new Set(Object.values(routes).flat())];
  return {
    providers,
    models: Object.fromEntries(
      Object.entries(routes).map(([alias, list]) => [
        alias,
        { strategy: 'priority', targets: list.map(splitTarget) },
      ]),
    ),
    passthrough: { enabled: true },
    prices: {
      overrides: targets.map((target) => ({ ...splitTarget(target), ...(prices[target] ?? DEFAULT_PRICE) })),
    },
    unpriced: 'allow',
    ...extra,
  };
}
