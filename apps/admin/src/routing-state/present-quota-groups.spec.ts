import { compileProvider, PROVIDERS } from '@turnpike/provider';
import { FRESH_GROUP, type GroupState, type GroupView } from '@turnpike/routing';
import { presentQuotaGroups } from './present-quota-groups';

/** Half past ten in the evening, where Gemini's day has half an hour and seven hours left. */
const NOW_MS = Date.parse('2026-06-15T23:30:00Z');
const LATER = (ms: number): string => new Date(NOW_MS + ms).toISOString();

const GEMINI = compileProvider(
  'gemini',
  {
    use: 'gemini',
    credentials: [
      { name: 'k1', quotaGroup: 'pool', limits: { rpm: 10, rpd: 100, concurrency: 4 } },
      { name: 'k2', quotaGroup: 'pool', limits: { rpm: 6 } },
      { name: 'spare' },
    ],
  },
  PROVIDERS.gemini,
);

const view = (state: Partial<GroupState>): GroupView => ({ state: { ...FRESH_GROUP, ...state }, skewMs: 0 });

const present = (groups: Record<string, GroupView>, providers = [GEMINI]) =>
  presentQuotaGroups({ groups: new Map(Object.entries(groups)), nowMs: NOW_MS }, providers);

const full = (metric: string, limit: number) => ({
  metric,
  limit,
  used: 0,
  remaining: limit,
  resetsAt: null,
  resetsInSeconds: null,
});

it('shows every configured group, used or not', () => {
  const groups = present({});
  expect(groups).toMatchObject([
    { provider: 'gemini', quotaGroup: 'pool', credentials: ['k1', 'k2'], learned: [], callsUnderWay: 0 },
    { provider: 'gemini', quotaGroup: null, credentials: ['spare'], limits: [], callsUnderWay: null },
  ]);
  expect(groups[0]?.limits).toEqual([
    full('rpm', 6),
    { ...full('rpd', 100), resetsAt: '2026-06-16T07:00:00.000Z', resetsInSeconds: 27_000 },
    full('concurrency', 4),
  ]);
});

it('counts what is used and until when', () => {
  const second = Math.floor(NOW_MS / 1_000);
  const pool = view({
    minute: [{ second, requests: 8, tokens: 900 }],
    day: { id: '2026-06-15', requests: 40, tokens: 9_000 },
    calls: { one: NOW_MS + 1_000, two: NOW_MS + 1_000, expired: NOW_MS },
  });
  expect(present({ 'gemini/group:pool': pool })[0]).toMatchObject({
    limits: [
      { metric: 'rpm', limit: 6, used: 8, remaining: 0, resetsAt: LATER(61_000), resetsInSeconds: 61 },
      { metric: 'rpd', limit: 100, used: 40, remaining: 60, resetsInSeconds: 27_000 },
      { metric: 'concurrency', limit: 4, used: 2, remaining: 2, resetsAt: null, resetsInSeconds: null },
    ],
    callsUnderWay: 2,
  });
});

const HOUR_MS = 3_600_000;
const bucket = {
  unit: 'share',
  limit: 1,
  remaining: 0.3,
  resetAtMs: NOW_MS + 2 * HOUR_MS,
  refill: 'window',
  periodMs: 5 * HOUR_MS,
  atMs: NOW_MS,
  taken: 0,
  sent: [],
} as const;

it('shows what headers told: shares of subscription windows, whole requests of buckets that fill', () => {
  const buckets = {
    'claude-a\n5h': bucket,
    'claude-a\nrequests': {
      ...bucket,
      unit: 'requests',
      refill: 'continuous',
      limit: 7,
      remaining: 3,
      periodMs: 60_000,
      atMs: NOW_MS - 10_000,
    },
  } as const;
  const [group] = present({ 'anthropic/main': view({ buckets }) }, []);
  expect(group).toMatchObject({ provider: 'anthropic', quotaGroup: null, credentials: ['main'], limits: [] });
  expect(group?.learned).toEqual([
    {
      model: 'claude-a',
      bucket: '5h',
      unit: 'share',
      refill: 'window',
      periodSeconds: 18_000,
      limit: 1,
      used: 0.7,
      remaining: 0.3,
      resetsAt: LATER(2 * HOUR_MS),
      resetsInSeconds: 7_200,
    },
    {
      model: 'claude-a',
      bucket: 'requests',
      unit: 'requests',
      refill: 'continuous',
      periodSeconds: 60,
      limit: 7,
      used: 3,
      remaining: 4,
      resetsAt: LATER(24_286),
      resetsInSeconds: 25,
    },
  ]);
});

it('does not say that nothing is limited when it does not know', () => {
  const breakers = {
    'a/k2\nm': { phase: 'open', untilMs: NOW_MS + 1_000, opens: 1 },
    'a/k1\nm': { phase: 'open', untilMs: NOW_MS + 1_000, opens: 1 },
  } as const;
  const groups = new Map([['a/group:pool', view({ breakers, calls: { one: NOW_MS + 1_000 } })]]);
  expect(presentQuotaGroups({ groups, nowMs: NOW_MS }, undefined)).toMatchObject([
    { provider: 'a', quotaGroup: 'pool', credentials: ['k1', 'k2'], limits: null, callsUnderWay: 1 },
  ]);
});
