import type { Bench } from '../../domain/group/bench';
import { FRESH_GROUP, type GroupState } from '../../domain/group/group-state';
import { LEASE_MS } from '../../domain/group/probes';
import { tidyGroup } from '../../domain/group/tidy-group';
import type { MinuteWindow } from '../../domain/minute-window';
import type { NamedCopy } from './group-copies';
import type { GroupCopy } from './group-copy';
import type { GroupReading } from './group-wire';
import { UsedAlone } from './used-alone';

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
const memoryOfUse = (copy: GroupCopy, used: UsedAlone, atMs: number): object => ({
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

/** What Redis is to be told of a group; where it does not hear, `used` is kept for the next time. */
export interface Telling {
  readonly group: string;
  readonly copy: GroupCopy;
  readonly used: UsedAlone;
  readonly memory: object;
}

const isOlder = (version: string, known: string): boolean =>
  known !== '' && (version === '' || Number(version) < Number(known));

/** Redis knows less of a group than this replica has read. */
export const isForgottenIn = ({ version }: GroupCopy, reading: GroupReading | undefined): boolean =>
  isOlder(reading?.version ?? '', version);

/** What this replica used without Redis's knowledge; what is used from now on is for the next time. */
export const usesOf = (named: readonly NamedCopy[], atMs: number): Telling[] =>
  named.flatMap(([group, copy]) => {
    const used = copy.usedAlone;
    if (used.isEmpty) return [];
    copy.usedAlone = new UsedAlone();
    return [{ group, copy, used, memory: memoryOfUse(copy, used, atMs) }];
  });

/** What this replica knows of each and Redis does not; `isLost`: Redis has lost all that it knew. */
export const memoriesOf = (
  named: readonly NamedCopy[],
  readings: readonly GroupReading[],
  { isLost, atMs }: { readonly isLost: boolean; readonly atMs: number },
): Telling[] =>
  named.flatMap(([group, copy], i) => {
    const isForgotten = isLost || isForgottenIn(copy, readings[i]);
    const used = copy.usedAlone;
    copy.usedAlone = new UsedAlone();
    if (isForgotten) used.add(copy.granted);
    copy.granted = new UsedAlone();
    const memory = memoryOf(copy, used, isForgotten, atMs);
    return memory ? [{ group, copy, used, memory }] : [];
  });
