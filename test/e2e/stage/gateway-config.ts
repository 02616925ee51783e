import type { MockUpstream } from '../../../apps/mock-upstream/src/mock-upstream';

export type UpstreamDialect = 'chat' | 'messages';

export interface TokenPrice {
  /** USD per million tokens, at most 6 decimals, so that a token costs a whole number of pico-dollars. */
  readonly inputPerMTok: string;
  readonly outputPerMTok: string;
}

export const DEFAULT_PRICE: TokenPrice = { inputPerMTok: '3.000001', outputPerMTok: '15.000007' };

const TIMEOUTS = { connectMs: 2_000, firstByteMs: 5_000, idleMs: 2_000, totalMs: 60_000 };

/** A provider entry that leads to a mock, in one dialect and with keys of its own. */
export const providerEntry = (
  mock: MockUpstream,
  dialect: UpstreamDialect,
  apiKeys: readonly string[] = ['secret'],
): Record<string, unknown> => ({
  use: dialect === 'chat' ? 'openai-compatible' : 'anthropic-compatible',
  baseUrl: dialect === 'chat' ? `${mock.url}/v1` : mock.url,
  allowPrivateNetwork: true,
  credentials: apiKeys.map((apiKey, i) => ({ name: `c${i + 1}`, apiKey })),
  timeouts: TIMEOUTS,
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
