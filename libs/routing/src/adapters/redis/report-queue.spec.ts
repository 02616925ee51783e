import type { GroupEvent } from '../../domain/group/group-event';
import { delayed, ReportQueue } from './report-queue';

const place = { credentialId: 'key', model: 'model' };
const elsewhere = { credentialId: 'key', model: 'another' };
const succeeded = (calls: number, at = place): GroupEvent => ({ kind: 'succeeded', place: at, calls });
const failed = (waitMs?: number): GroupEvent => ({
  kind: 'failed',
  place,
  draw: 0,
  note: {
    class: 'rate_minute',
    scope: 'model',
    provenance: 'authoritative',
    readable: true,
    ...(waitMs === undefined ? {} : { waitMs }),
  },
});
const held: GroupEvent = { kind: 'held', leases: ['a'] };

const taken = (queue: ReportQueue): GroupEvent[][] =>
  queue.take().map(([, heard]) => heard.map(({ event }) => event));

describe('ReportQueue', () => {
  it.each<[string, GroupEvent[], GroupEvent[]]>([
    ['counts successes of a place together', [succeeded(1), held, succeeded(2)], [succeeded(3), held]],
    ['keeps places apart', [succeeded(1), succeeded(1, elsewhere)], [succeeded(1), succeeded(1, elsewhere)]],
    [
      'keeps what came before a failure before it',
      [succeeded(1), failed(), succeeded(1)],
      [succeeded(1), failed(), succeeded(1)],
    ],
  ])('%s', (_, events, expected) => {
    const queue = new ReportQueue();
    for (const event of events) queue.push('group', event, 0);
    expect(taken(queue)).toEqual([expected]);
    expect(taken(queue)).toEqual([]);
  });

  it('keeps groups apart, and cuts long histories without changing their order', () => {
    const queue = new ReportQueue();
    for (let i = 0; i < 450; i++) queue.push(i % 3 ? 'long' : 'short', failed(i), i);
    const batches = queue.take();
    expect(batches.map(([group, heard]) => [group, heard.length])).toEqual([
      ['short', 150],
      ['long', 200],
      ['long', 100],
    ]);
    const times = batches.filter(([group]) => group === 'long').flatMap(([, heard]) => heard);
    expect(times.map(({ atMs }) => atMs)).toEqual([...times.map(({ atMs }) => atMs)].sort((a, b) => a - b));
  });

  it('has room for what matters only', () => {
    const queue = new ReportQueue();
    const read: GroupEvent = { kind: 'read', model: 'model', buckets: [] };
    for (let i = 0; i < 3_000; i++) queue.push('group', read, 0);
    queue.push('group', failed(), 0);
    const events = taken(queue).flat();
    expect([events.length, events[events.length - 1]?.kind]).toEqual([2_001, 'failed']);
  });
});

const bucket = {
  bucket: 'requests',
  unit: 'requests',
  limit: 1,
  remaining: 1,
  periodMs: 1,
  refill: 'window',
} as const;

it.each<[GroupEvent, GroupEvent]>([
  [failed(1_000), failed(700)],
  [failed(200), failed(1)],
  [failed(), failed()],
  [
    { kind: 'proved', place, ageMs: 10 },
    { kind: 'proved', place, ageMs: 310 },
  ],
  [
    { kind: 'settled', lease: 'a', ageMs: 10, tokens: 1, requests: 0 },
    { kind: 'settled', lease: 'a', ageMs: 310, tokens: 1, requests: 0 },
  ],
  [
    {
      kind: 'read',
      model: 'model',
      buckets: [
        { ...bucket, waitMs: 1_000 },
        { ...bucket, waitMs: 100 },
      ],
    },
    {
      kind: 'read',
      model: 'model',
      buckets: [
        { ...bucket, waitMs: 700 },
        { ...bucket, waitMs: 0 },
      ],
    },
  ],
  [
    { kind: 'read', model: 'model', buckets: [], call: { ageMs: 50 } },
    { kind: 'read', model: 'model', buckets: [], call: { ageMs: 350 } },
  ],
  [held, held],
  [succeeded(1), succeeded(1)],
])('a report that is told 300 ms late means the same instants', (event, expected) => {
  expect(delayed(event, 300)).toEqual(expected);
  expect(delayed(event, 0)).toBe(event);
});
