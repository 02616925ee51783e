import type { MockUpstream } from '../../../../apps/mock-upstream/src/mock-upstream';
import type { Dialect } from './ask-fleet';

const SPEAKS: Readonly<Record<Dialect, { readonly use: string; readonly path: string }>> = {
  chat: { use: 'openai-compatible', path: '/v1' },
  messages: { use: 'anthropic-compatible', path: '' },
};

const TIMEOUTS = { connectMs: 2_000, firstByteMs: 10_000, idleMs: 1_500, totalMs: 60_000 };

/** A provider that leads to a mock. Credentials without a stated group are groups of their own. */
export const providerAt = (
  mock: MockUpstream,
  dialect: Dialect,
  credentials: readonly object[],
): Record<string, unknown> => ({
  use: SPEAKS[dialect].use,
  baseUrl: mock.url + SPEAKS[dialect].path,
  allowPrivateNetwork: true,
  credentials,
  timeouts: TIMEOUTS,
});

export interface AliasOf {
  readonly strategy?: string;
  /** Each `provider/model`. */
  readonly targets: readonly string[];
}

/** The configuration of a fleet. Costs are nobody's business here. */
export const fleetConfig = (
  providers: Readonly<Record<string, unknown>>,
  models: Readonly<Record<string, AliasOf>>,
  resilience: object = {},
): unknown => ({
  providers,
  models: Object.fromEntries(
    Object.entries(models).map(([alias, { strategy = 'priority', targets }]) => [
      alias,
      {
        strategy,
        targets: targets.map((target) => {
          const [provider, model] = target.split('/');
          return { provider, model };
        }),
      },
    ]),
  ),
  unpriced: 'allow',
  // On a busy machine answers come late; what is tested is what gateways agree on.
  resilience: { stateDeadlineMs: 250, ...resilience },
});

/** Two providers for each case, first and second, with keys and a model of their own: no case troubles another. */
export function pairsOf(
  mocks: Readonly<Record<'a' | 'b', MockUpstream>>,
  cases: readonly string[],
  dialect: (name: string) => Dialect = () => 'chat',
): { readonly providers: Record<string, unknown>; readonly models: Record<string, AliasOf> } {
  const at = (which: 'a' | 'b', name: string): [string, unknown] => [
    `${name}-${which}`,
    providerAt(mocks[which], dialect(name), [{ name: 'c1', apiKey: `key-${name}-${which}` }]),
  ];
  return {
    providers: Object.fromEntries(cases.flatMap((name) => [at('a', name), at('b', name)])),
    models: Object.fromEntries(
      cases.map((name) => [name, { targets: [`${name}-a/m-${name}`, `${name}-b/m-${name}`] }]),
    ),
  };
}
