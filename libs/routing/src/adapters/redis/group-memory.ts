import type { Bench } from '../../domain/group/bench';
import { FRESH_GROUP, type GroupState } from '../../domain/group/group-state';
import { LEASE_MS } from '../../domain/group/probes';
import { tidyGroup } from '../../domain/group/tidy-group';
import type { MinuteWindow } from '../../domain/minute-window';
import type { GroupCopy } from './group-copy';
import type { UsedAlone } from './used-alone';

type Named<V> = Readonly<Record<string, V>>;

/** Members that are not what they were. */
const news = <V>(now: Named<V>, before: Named<V>): Named<V> =>
  Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== before[name]));

function newBenches(now: GroupState['benches'], before: GroupState['benches']): GroupState['benches'] {
  const changed = Object.entries(news(now, before)).map(([subject, bench]): [string, Bench] => [
    subject,
    { ...bench, coolings: news(bench.coolings, before[subject]?.coolings ?? {}) },
  ]);
  return Object.fromEntries(changed);
}

const flat = (window: MinuteWindow): number[] =>
  window.flatMap(({ second, requests, tokens }) => [second, requests, tokens]);

function byModel(buckets: GroupState['buckets']): Record<string, GroupState['buckets']> {
  const models: Record<string, Record<string, GroupState['buckets'][string]>> = {};
  for (const [key, bucket] of Object.entries(buckets)) {
    const at = key.lastIndexOf('\n');
    (models[key.slice(0, at)] ??= {})[key.slice(at + 1)] = bucket;
  }
  return models;
}

const NOTHING = { benches: {}, breakers: {}, penalties: {}, buckets: {}, minute: [] };

const ownCalls = ({ state, own }: GroupCopy, atMs: number): Record<string, number> =>
  Object.fromEntries(
    Object.keys(state.calls).flatMap((lease) => (own.has(lease) ? [[lease, atMs + LEASE_MS]] : [])),
  );

/** Argument of restore.lua: nothing but what was used. */
export const memoryOfUse = (copy: GroupCopy, used: UsedAlone, atMs: number): object => ({
  ...NOTHING,
  calls: ownCalls(copy, atMs),
  freed: used.freed,
  used: flat(used.minute(atMs)),
  usedToday: used.today,
});

/**
 * Argument of restore.lua: what this replica has learned since it last read the group, or, where Redis has lost its
 * memory, all that it knows; undefined: nothing.
 */
export function memoryOf(
  copy: GroupCopy,
  used: UsedAlone,
  isLost: boolean,
  atMs: number,
): object | undefined {
  const before = isLost ? FRESH_GROUP : copy.shared;
  const now = tidyGroup(copy.state, atMs);
  const { minute, day } = isLost ? copy.shared : FRESH_GROUP;
  const memory = {
    benches: newBenches(now.benches, before.benches),
    breakers: news(now.breakers, before.breakers),
    penalties: news(now.penalties, before.penalties),
    buckets: byModel(news(now.buckets, before.buckets)),
    calls: ownCalls(copy, atMs),
  };
  const isNothing =
    used.isEmpty &&
    minute.length === 0 &&
    day === undefined &&
    Object.values(memory).every((part) => Object.keys(part).length === 0);
  if (isNothing) return undefined;
  return {
    ...memory,
    freed: used.freed,
    minute: flat(minute),
    day,
    used: flat(used.minute(atMs)),
    usedToday: used.today,
  };
}
