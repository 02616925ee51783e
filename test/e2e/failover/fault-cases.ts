import type { ClientDialect, UpstreamDialect } from '../stage/gateway-config';
import { gatewayConfig, providerEntry } from '../stage/gateway-config';
import type { Stage } from '../stage/stage';
import { openStage } from '../stage/stage';

export interface FaultCase {
  readonly client: ClientDialect;
  readonly upstream: UpstreamDialect;
  readonly stream: boolean;
  readonly fault: string;
  /** Its alias, and the end of its providers' names. */
  readonly slug: string;
}

const DIALECTS: readonly ClientDialect[] = ['chat', 'messages'];

/** Every fault in every lane, whole and streamed; each case has providers, models and keys of its own. */
export function faultCases(
  faults: readonly string[],
  kind: string,
  streams: readonly boolean[],
): FaultCase[] {
  return faults.flatMap((fault) =>
    DIALECTS.flatMap((client) =>
      DIALECTS.flatMap((upstream) =>
        streams.map((stream) => ({
          client,
          upstream,
          stream,
          fault,
          slug: `${kind}-${fault.replace(/\W/g, '-')}-${client}-${upstream}${stream ? '-stream' : ''}`,
        })),
      ),
    ),
  );
}

/** Two providers, a and b, for each case, so that no cooldown, breaker or retry budget reaches the next one. */
export const openFailover = (cases: readonly FaultCase[]): Promise<Stage> =>
  openStage({
    mocks: { a: { paceMs: 0 }, b: { paceMs: 0 } },
    config: (mocks) =>
      gatewayConfig({
        providers: Object.fromEntries(
          cases.flatMap((it) =>
            Object.entries(mocks).map(([name, mock]) => [
              `${name}-${it.slug}`,
              providerEntry(mock, it.upstream, [`key-${name}-${it.slug}`]),
            ]),
          ),
        ),
        routes: Object.fromEntries(
          cases.map((it) => [it.slug, [`a-${it.slug}/model`, `b-${it.slug}/model`]]),
        ),
      }),
  });
