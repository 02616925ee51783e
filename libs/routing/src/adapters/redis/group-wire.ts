import type { BreakerState } from '../../domain/breaker';
import type { Bench, Closed } from '../../domain/group/bench';
import { bucketKey, type DayUse, type Entry, type GroupState } from '../../domain/group/group-state';
import type { Leases } from '../../domain/group/probes';
import type { QuotaBucket } from '../../domain/group/quota-bucket';
import type { EntryAnswer } from '../../domain/group-store';
import type { MinuteWindow } from '../../domain/minute-window';
import type { Penalty } from '../../domain/penalty';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Members = {
  [K in 'benches' | 'breakers' | 'penalties' | 'buckets']: Record<string, GroupState[K][string]>;
};

/** `{` and `}` of a name would end the hash tag before its time. */
const escapeName = (group: string): string =>
  group.replace(/[%{}]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);

/** Keys of a group, all in one slot. */
export const groupKeys = (prefix: string, group: string): readonly string[] => {
  const tag = `${prefix}{${escapeName(group)}}`;
  return [`${tag}:state`, `${tag}:calls`];
};

const stated = (value: number | undefined): number | '' => value ?? '';

/** Arguments of enter.lua. */
export function encodeEntry(entry: Entry): (string | number)[] {
  const { place, lease, demand, limits, day, force, ahead = 0 } = entry;
  const { rpm, tpm, rpd, tpd, concurrency } = limits ?? {};
  return [
    place.credentialId,
    place.model,
    lease,
    demand.inputTokens,
    demand.outputTokens,
    force ? 1 : 0,
    ...[rpm, tpm, rpd, tpd, concurrency].map(stated),
    day?.id ?? '',
    Math.round(day?.leftMs ?? 0),
    ahead,
  ];
}

/** Of what a call took: nothing but requests and tokens of the configured limits. */
const COUNTED = 1;

/** What Redis decided, in its clock. */
export interface EntryReply {
  readonly atMs: number;
  readonly answer: EntryAnswer;
  /** So many calls like this one are counted already. */
  readonly ahead: number;
}

/** Answer of enter.lua. */
export function decodeAnswer(reply: unknown): EntryReply {
  const [atMs, entered, ...rest] = reply as [number, number, ...unknown[]];
  if (entered === 1) {
    const [taken, ahead] = rest as [number, number];
    const answer: EntryAnswer =
      taken === COUNTED
        ? { kind: 'entered', taken: true, onlyCounted: true }
        : { kind: 'entered', taken: taken > 0 };
    return { atMs, answer, ahead };
  }
  const [reason, untilMs, soft, provenance] = rest as [string, number, number, Closed['provenance']];
  return { atMs, answer: { kind: 'closed', reason, untilMs, soft: soft === 1, provenance }, ahead: 0 };
}

/** Lone surrogates, which only a client's model name can hold, are no text to Redis. */
const LONE_SURROGATE = /\p{Surrogate}/gu;
/** As JSON has them. */
const ESCAPED_SURROGATE = /\\ud[89a-f]/;

/** JSON for a script. */
export function encodeJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!ESCAPED_SURROGATE.test(json)) return json;
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'string' ? member.replace(LONE_SURROGATE, '\ufffd') : member,
  );
}

export interface GroupReading {
  readonly atMs: number;
  /** '': there is no such group. */
  readonly version: string;
  /** undefined: what it was before. */
  readonly state: GroupState | undefined;
}

/** Answer of read.lua and restore.lua. */
export function decodeReading(reply: unknown): GroupReading {
  const [atMs, version, fields, calls] = reply as [number, string, string[]?, string[]?];
  return { atMs, version, state: fields && decodeState(fields, calls ?? []) };
}

/** Empty lists come back from Lua as empty objects. */
const listOf = <T>(value: readonly T[] | object): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [];

function decodeBench(bench: Bench): Bench {
  const coolings: Writable<Bench['coolings']> = {};
  for (const [kind, cooling] of Object.entries(bench.coolings))
    coolings[kind as keyof typeof coolings] = { ...cooling, strikesMs: listOf(cooling.strikesMs) };
  return { ...bench, coolings };
}

const decodeBreaker = (breaker: BreakerState): BreakerState =>
  breaker.phase === 'closed' ? { ...breaker, buckets: listOf(breaker.buckets) } : breaker;

function decodeMinute(flat: readonly number[]): MinuteWindow {
  const window: MinuteWindow[number][] = [];
  for (let i = 0; i + 2 < flat.length; i += 3)
    window.push({ second: flat[i] ?? 0, requests: flat[i + 1] ?? 0, tokens: flat[i + 2] ?? 0 });
  return window;
}

function decodeCalls(flat: readonly string[]): Leases {
  const calls: Record<string, number> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) calls[flat[i] ?? ''] = Number(flat[i + 1]);
  return calls;
}

function decodeState(fields: readonly string[], calls: readonly string[]): GroupState {
  const members: Members = { benches: {}, breakers: {}, penalties: {}, buckets: {} };
  let minute: MinuteWindow = [];
  let day: DayUse | undefined;
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [field = '', text = ''] = fields.slice(i, i + 2);
    if (field === 'minute') minute = decodeMinute(JSON.parse(text) as number[]);
    else if (field === 'day') day = JSON.parse(text) as DayUse;
    else if (field !== 'version' && field !== 'probing') decodeMember(members, field, text);
  }
  return { ...members, minute, day, calls: decodeCalls(calls) };
}

function decodeMember(members: Members, field: string, text: string): void {
  const at = field.indexOf(':');
  const [kind, key] = [field.slice(0, at), field.slice(at + 1)];
  const value = JSON.parse(text) as unknown;
  if (kind === 'bench') members.benches[key] = decodeBench(value as Bench);
  else if (kind === 'breaker') members.breakers[key] = decodeBreaker(value as BreakerState);
  else if (kind === 'penalty') members.penalties[key] = value as Penalty;
  else if (kind === 'buckets')
    for (const [name, bucket] of Object.entries(value as Record<string, QuotaBucket>))
      members.buckets[bucketKey(key, name)] = { ...bucket, sent: listOf(bucket.sent) };
}
