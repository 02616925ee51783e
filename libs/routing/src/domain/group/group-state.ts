import type { QuotaLimits } from '@turnpike/protocol';
import type { BreakerState } from '../breaker';
import type { MinuteWindow } from '../minute-window';
import type { Penalty } from '../penalty';
import type { Bench } from './bench';
import type { Demand } from './demand';
import type { GroupPlace } from './place';
import { NO_LEASES, type Leases } from './probes';
import type { QuotaBucket } from './quota-bucket';

/** What this day of the provider holds so far. */
export interface DayUse {
  /** Which day: another id begins at zero. */
  readonly id: string;
  readonly requests: number;
  readonly tokens: number;
}

/**
 * All that replicas share about one quota group: the unit of sharing, so that one script sees everything that a decision
 * about one of its credentials needs. Plain data; what is not there is as fresh as can be.
 */
export interface GroupState {
  /** By subject: who sits out. */
  readonly benches: Readonly<Record<string, Bench>>;
  /** By place. */
  readonly breakers: Readonly<Record<string, BreakerState>>;
  /** By place. */
  readonly penalties: Readonly<Record<string, Penalty>>;
  /** By model and bucket: what the provider's headers said. */
  readonly buckets: Readonly<Record<string, QuotaBucket>>;
  readonly minute: MinuteWindow;
  readonly day: DayUse | undefined;
  /** Calls under way, where their number is limited. */
  readonly calls: Leases;
}

export const FRESH_GROUP: GroupState = {
  benches: {},
  breakers: {},
  penalties: {},
  buckets: {},
  minute: [],
  day: undefined,
  calls: NO_LEASES,
};

/** The provider's day at this moment, by its own calendar. */
export interface ProviderDay {
  readonly id: string;
  /** How long it still lasts, in milliseconds. */
  readonly leftMs: number;
}

/** A request to be let in. */
export interface Entry {
  readonly place: GroupPlace;
  /** Unique: names what is taken until it is settled. */
  readonly lease: string;
  readonly demand: Demand;
  readonly limits?: QuotaLimits;
  readonly day?: ProviderDay;
  /** The last target of a route: waits of our own making are no obstacle. */
  readonly force: boolean;
  /** As many calls like this one as may be counted beforehand, for whoever comes within `ADVANCE_MS`; 0 by default. */
  readonly ahead?: number;
}

export const bucketKey = (model: string, bucket: string): string => `${model}\n${bucket}`;

/** Which bucket of this model the key names; undefined: another model's. Clients choose models, and buckets are one line. */
export function bucketOf(key: string, model: string): string | undefined {
  const at = key.lastIndexOf('\n');
  return at === model.length && key.startsWith(model) ? key.slice(at + 1) : undefined;
}

/**
 * A record by names that come and go, without any of these members. All of them have one hidden class: where each has its
 * own, the code that reads them is compiled anew whenever one of them changes.
 */
export function membersWhere<V>(
  record: Readonly<Record<string, V>>,
  isKept: (value: V, name: string) => boolean,
): Record<string, V> {
  const kept = Object.create(null) as Record<string, V>;
  for (const name in record) {
    const value = record[name] as V;
    if (isKept(value, name)) kept[name] = value;
  }
  return kept;
}

/** Sets or removes one member of a record; the same record when nothing changes. */
export function withMember<V>(
  record: Readonly<Record<string, V>>,
  key: string,
  value: V | undefined,
): Readonly<Record<string, V>> {
  if ((Object.hasOwn(record, key) ? record[key] : undefined) === value) return record;
  if (value === undefined) return membersWhere(record, (_, name) => name !== key);
  const next = membersWhere(record, () => true);
  next[key] = value;
  return next;
}
