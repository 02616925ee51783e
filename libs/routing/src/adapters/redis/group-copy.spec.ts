import { FRESH_GROUP, type Entry } from '../../domain/group/group-state';
import { RECHECK_MS } from '../../domain/group/probes';
import { GroupCopy } from './group-copy';

const NOW_MS = 1_790_000_000_000;
const SECOND = NOW_MS / 1_000;
const REPLICAS = 3;
const RPM = 90;

const entry = (n: number): Entry => ({
  place: { credentialId: 'key', model: 'model' },
  lease: `lease ${n}`,
  demand: { inputTokens: 0, outputTokens: 0 },
  limits: { rpm: RPM },
  force: false,
});

/** Replicas that have all read the same. */
const readBy = (requests: number): GroupCopy[] =>
  Array.from({ length: REPLICAS }, () => {
    const copy = new GroupCopy();
    copy.replace({ ...FRESH_GROUP, minute: [{ second: SECOND, requests, tokens: 0 }] }, '1', NOW_MS);
    return copy;
  });

const admitted = (copy: GroupCopy, calls: number): number =>
  Array.from({ length: calls }, (_, n) => copy.enterAlone(entry(n), REPLICAS, NOW_MS, 0)).filter(
    ({ kind }) => kind === 'entered',
  ).length;

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

it('what replicas were granted since they last read counts when they part', () => {
  const copies = readBy(60);
  for (const copy of copies) for (let n = 0; n < 4; n++) copy.follow(entry(n), 0, NOW_MS);
  for (const copy of copies) copy.part(REPLICAS, NOW_MS);
  expect(sum(copies.map((copy) => admitted(copy, 50)))).toBe(RPM - 60 - REPLICAS * 4);
});

it('what was granted is known here alone until Redis is read again', () => {
  const [copy = new GroupCopy()] = readBy(60);
  for (let n = 0; n < 4; n++) copy.follow(entry(n), 0, NOW_MS);
  expect(copy.granted.minute(NOW_MS)).toEqual([{ second: SECOND, requests: 4, tokens: 0 }]);
  copy.replace({ ...FRESH_GROUP, minute: [{ second: SECOND, requests: 64, tokens: 0 }] }, '2', NOW_MS);
  expect(copy.granted.isEmpty).toBe(true);
});

describe('while answers are late', () => {
  it('nobody goes beyond its share, and Redis is soon asked again', () => {
    const copies = readBy(60);
    expect(sum(copies.map((copy) => admitted(copy, 50)))).toBe(RPM - 60);
    expect(copies[0]?.enterAlone(entry(99), REPLICAS, NOW_MS, 0)).toMatchObject({
      kind: 'closed',
      reason: 'provider_share',
      untilMs: NOW_MS + RECHECK_MS,
    });
  });

  it('a replica that is the only one has all of it, and calls without a limit go on', () => {
    const [copy = new GroupCopy()] = readBy(89);
    expect(copy.enterAlone(entry(1), 1, NOW_MS, 0)).toMatchObject({ kind: 'entered', taken: true });
    expect(copy.enterAlone(entry(2), 1, NOW_MS, 0)).toMatchObject({ reason: 'provider_minute' });
    const { limits: _, ...unlimited } = entry(3);
    expect(copy.enterAlone(unlimited, REPLICAS, NOW_MS, 0)).toEqual({ kind: 'entered', taken: false });
  });
});
