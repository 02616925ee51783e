import { toRfc3339 } from '@turnpike/kernel';
import { quotaDay, type Credential, type Provider } from '@turnpike/provider';
import { FRESH_GROUP, type GroupView } from '@turnpike/routing';
import {
  callsUnderWay,
  inspectBreakers,
  inspectBuckets,
  inspectCooldowns,
  inspectLimits,
} from '@turnpike/routing/domain/group/inspect-group';
import { credentialName, readGroupNames } from './group-names';
import type { QuotaGroupResource } from './quota-group-endpoints';
import type { RoutingStateReading } from './routing-state';
import { stateId } from './state-id';

const NOTHING_KNOWN: GroupView = { state: FRESH_GROUP, skewMs: 0 };

interface Pool {
  readonly provider: Provider;
  readonly credentials: readonly Credential[];
}

/** Groups of the configuration, in file order. */
function poolsOf(providers: readonly Provider[]): ReadonlyMap<string, Pool> {
  const pools = new Map<string, Pool>();
  for (const provider of providers)
    for (const credential of provider.credentials) {
      const { credentials = [] } = pools.get(credential.quotaGroup) ?? {};
      pools.set(credential.quotaGroup, { provider, credentials: [...credentials, credential] });
    }
  return pools;
}

/** All quota groups, configured or known of. Without `providers` nobody knows what is configured. */
export function presentQuotaGroups(
  { groups, nowMs }: RoutingStateReading,
  providers: readonly Provider[] | undefined,
): readonly QuotaGroupResource[] {
  const pools = poolsOf(providers ?? []);
  return [...new Set([...pools.keys(), ...groups.keys()])].map((group) => {
    const view = groups.get(group) ?? NOTHING_KNOWN;
    const pool = pools.get(group);
    const { provider, quotaGroup, credential } = readGroupNames(group);
    const seen = credential === null ? seenCredentials(view, nowMs) : [credential];
    return {
      id: stateId('quota-group', group),
      provider,
      quotaGroup,
      credentials: pool ? pool.credentials.map(({ name }) => name) : seen,
      limits: providers ? presentLimits(view, pool, nowMs) : null,
      learned: presentBuckets(view, nowMs),
      callsUnderWay: presentCalls(view, pool, nowMs),
    };
  });
}

function seenCredentials(view: GroupView, nowMs: number): string[] {
  const ids = [...inspectBreakers(view, nowMs), ...inspectCooldowns(view, nowMs)].flatMap(
    ({ credentialId }) => credentialId ?? [],
  );
  return [...new Set(ids.map(credentialName))].sort();
}

function presentLimits(
  view: GroupView,
  pool: Pool | undefined,
  nowMs: number,
): NonNullable<QuotaGroupResource['limits']> {
  const limits = pool?.credentials[0]?.limits;
  if (!pool || !limits) return [];
  const { id, endsAtMs } = quotaDay(pool.provider.definition, nowMs);
  return inspectLimits(view, limits, { id, leftMs: endsAtMs - nowMs }, nowMs).map((facts) => ({
    metric: facts.metric,
    limit: facts.limit,
    used: facts.used,
    remaining: Math.max(0, facts.limit - facts.used),
    ...presentReset(facts.resetsAtMs, nowMs),
  }));
}

const presentBuckets = (view: GroupView, nowMs: number): QuotaGroupResource['learned'] =>
  inspectBuckets(view, nowMs).map((facts) => {
    // Half a request is none; of a window's share every percent counts.
    const remaining = facts.unit === 'share' ? facts.remaining : Math.floor(facts.remaining);
    return {
      model: facts.model,
      bucket: facts.bucket,
      unit: facts.unit,
      refill: facts.refill,
      periodSeconds: facts.periodMs / 1_000,
      limit: facts.limit,
      used: inThousandths(facts.limit - remaining),
      remaining: inThousandths(remaining),
      ...presentReset(facts.resetsAtMs, nowMs),
    };
  });

const inThousandths = (count: number): number => Math.round(count * 1_000) / 1_000;

const presentReset = (resetsAtMs: number | undefined, nowMs: number) =>
  resetsAtMs === undefined
    ? { resetsAt: null, resetsInSeconds: null }
    : { resetsAt: toRfc3339(resetsAtMs), resetsInSeconds: Math.ceil((resetsAtMs - nowMs) / 1_000) };

/** Calls are only counted where their number is limited. */
function presentCalls(view: GroupView, pool: Pool | undefined, nowMs: number): number | null {
  const calls = callsUnderWay(view, nowMs);
  return calls > 0 || pool?.credentials[0]?.limits?.concurrency !== undefined ? calls : null;
}
