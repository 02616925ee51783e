import type { UpstreamDialect } from '../stage/gateway-config';
import { gatewayConfig, providerEntry } from '../stage/gateway-config';
import type { Stage } from '../stage/stage';
import { openStage } from '../stage/stage';

export const UPSTREAMS: readonly UpstreamDialect[] = ['chat', 'messages'];
export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** The alias whose only target speaks that dialect. */
export const aliasFor = (upstream: UpstreamDialect): string => `via-${upstream}`;

/** The provider for one fault, with a credential of its own: what cools there cools nothing else. */
const faultyProvider = (upstream: UpstreamDialect, fault: string | number): string =>
  `${upstream}-${String(fault).replace(/\W/g, '-')}`;

export const faultyModel = (upstream: UpstreamDialect, fault: string | number): string =>
  `${faultyProvider(upstream, fault)}/model`;

/** One provider per dialect, each behind an alias, and one more per dialect and fault. */
export const openMatrix = (faults: readonly (string | number)[]): Promise<Stage> =>
  openStage({
    mocks: { chat: { paceMs: 0 }, messages: { paceMs: 0 } },
    config: (mocks) =>
      gatewayConfig({
        providers: Object.fromEntries(
          Object.entries(mocks).flatMap(([name, mock]) => [
            [name, providerEntry(mock, name as UpstreamDialect, [`key-${name}`])],
            ...faults.map((fault): [string, unknown] => [
              faultyProvider(name as UpstreamDialect, fault),
              providerEntry(mock, name as UpstreamDialect, [`key-${name}-${fault}`]),
            ]),
          ]),
        ),
        routes: { 'via-chat': ['chat/model-c'], 'via-messages': ['messages/model-m'] },
        extra: { resilience: { maxAttempts: 1 } },
      }),
  });
