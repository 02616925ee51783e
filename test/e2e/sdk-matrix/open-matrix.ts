import type { UpstreamDialect } from '../stage/gateway-config';
import { gatewayConfig, providerEntry } from '../stage/gateway-config';
import type { Stage } from '../stage/stage';
import { openStage } from '../stage/stage';

export const UPSTREAMS: readonly UpstreamDialect[] = ['chat', 'messages'];
export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** The alias whose only target speaks that dialect. */
export const aliasFor = (upstream: UpstreamDialect): string => `via-${upstream}`;

/** One provider per dialect, each behind an alias; `faulty/...` models are for what must not cool the others. */
export const openMatrix = (): Promise<Stage> =>
  openStage({
    mocks: { chat: { paceMs: 0 }, messages: { paceMs: 0 } },
    config: (mocks) =>
      gatewayConfig({
        providers: Object.fromEntries(
          Object.entries(mocks).flatMap(([name, mock]) => [
            [name, providerEntry(mock, name as UpstreamDialect, [`key-${name}`])],
            [`faulty-${name}`, providerEntry(mock, name as UpstreamDialect, [`key-faulty-${name}`])],
          ]),
        ),
        routes: { 'via-chat': ['chat/model-c'], 'via-messages': ['messages/model-m'] },
        extra: { resilience: { maxAttempts: 1 } },
      }),
  });
