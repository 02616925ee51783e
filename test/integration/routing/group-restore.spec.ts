import { randomBytes } from 'node:crypto';
import { GroupCopy } from '@turnpike/routing/adapters/redis/group-copy';
import { memoryOf } from '@turnpike/routing/adapters/redis/group-memory';
import { GroupScript } from '@turnpike/routing/adapters/redis/group-script';
import { decodeReading, encodeJson, groupKeys } from '@turnpike/routing/adapters/redis/group-wire';
import { UsedAlone } from '@turnpike/routing/adapters/redis/used-alone';
import { enterGroup } from '@turnpike/routing/domain/group/enter-group';
import { FRESH_GROUP, type Entry, type GroupState } from '@turnpike/routing/domain/group/group-state';
import { reportToGroup } from '@turnpike/routing/domain/group/report-to-group';
import { minuteUse } from '@turnpike/routing/domain/minute-window';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { REDIS_URL, removeAll } from '../continuity/open-gateway';
import { randomSteps, type Step } from './random-steps';

const START_MS = 1_790_000_000_000;
/** Ramps open in steps: two that began at different times may differ by one. */
const RAMP_STEP_MS = 250;

const prefix = `turnpike_test_${randomBytes(6).toString('hex')}:`;
const redis = new Redis(REDIS_URL);
const restore = new GroupScript('restore');

afterAll(async () => {
  redis.disconnect();
  await removeAll(prefix);
});

/** What a history leaves behind, without the readings of headers, and when it ended. */
function stateAfter(steps: readonly Step[]): { readonly state: GroupState; readonly nowMs: number } {
  let [state, nowMs] = [FRESH_GROUP, START_MS];
  for (const step of steps) {
    nowMs += Math.min(step.afterMs, 60_000);
    if (step.kind === 'enter') {
      const found = enterGroup(state, step.entry, nowMs);
      if (found.kind === 'entered') state = found.state;
    } else if (step.kind === 'report')
      for (const event of step.events) if (event.kind !== 'read') state = reportToGroup(state, event, nowMs);
  }
  return { state, nowMs };
}

const copyOf = (state: GroupState): GroupCopy => {
  const copy = new GroupCopy();
  copy.replace(state, '1', 0);
  for (const lease of Object.keys(state.calls)) copy.own.add(lease);
  return copy;
};

/** The group as Redis has it after it was told what a replica knows; undefined: that was nothing. */
async function tell(
  group: string,
  state: GroupState,
  nowMs: number,
  used = new UsedAlone(),
): Promise<GroupState | undefined> {
  const memory = memoryOf(copyOf(state), used, true, nowMs);
  if (!memory) return undefined;
  const keys = groupKeys(prefix, group);
  const reading = decodeReading(await restore.run(redis, { keys, args: [encodeJson(memory), nowMs] }));
  return reading.state;
}

const untilOf = (state: GroupState, entry: Entry, nowMs: number): number => {
  const found = enterGroup(state, entry, nowMs);
  return found.kind === 'closed' ? found.untilMs : nowMs;
};

const someEntry: Entry = {
  place: { credentialId: 'one', model: 'm' },
  lease: 'new',
  demand: { inputTokens: 1, outputTokens: 1 },
  limits: { rpm: 3, tpm: 1_000, concurrency: 3 },
  force: true,
};

const entries: readonly Entry[] = ['one', 'zwei {2}'].flatMap((credentialId) =>
  ['m', 'mö/\ndel "2"'].flatMap((model) => {
    const entry = { ...someEntry, place: { credentialId, model } };
    return [entry, { ...entry, limits: {} }];
  }),
);

describe('what replicas remember, told to a Redis that has forgotten it', () => {
  it('lets nobody in earlier than any of them would have', async () => {
    await fc.assert(
      fc.asyncProperty(randomSteps, randomSteps, async (one, other) => {
        const [a, b] = [stateAfter(one), stateAfter(other)];
        const nowMs = Math.max(a.nowMs, b.nowMs);
        const group = randomBytes(8).toString('hex');
        const first = await tell(group, a.state, nowMs);
        const merged = (await tell(group, b.state, nowMs)) ?? first ?? FRESH_GROUP;
        for (const entry of entries) {
          const earliest = Math.max(untilOf(a.state, entry, nowMs), untilOf(b.state, entry, nowMs));
          expect(untilOf(merged, entry, nowMs)).toBeGreaterThanOrEqual(earliest - RAMP_STEP_MS);
        }
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it('keeps a breaker open until the later of two times, whoever tells first', async () => {
    const place = { credentialId: 'one', model: 'm' };
    const note = { class: 'server', scope: 'none', provenance: 'heuristic', readable: true } as const;
    const opened = (atMs: number): GroupState => {
      let state = FRESH_GROUP;
      for (let i = 0; i < 5; i++)
        state = reportToGroup(state, { kind: 'failed', place, note, draw: 0.5 }, atMs);
      return state;
    };
    for (const order of [
      [0, 3_000],
      [3_000, 0],
    ]) {
      const group = randomBytes(8).toString('hex');
      let state: GroupState | undefined;
      for (const afterMs of order) state = await tell(group, opened(START_MS + afterMs), START_MS + 3_000);
      expect(untilOf(state ?? FRESH_GROUP, { ...someEntry, limits: {} }, START_MS + 3_000)).toBe(
        START_MS + 13_000,
      );
    }
  });

  it('is the same however often it is told', async () => {
    await fc.assert(
      fc.asyncProperty(randomSteps, async (steps) => {
        const { state, nowMs } = stateAfter(steps);
        const group = randomBytes(8).toString('hex');
        const once = await tell(group, state, nowMs);
        expect(await tell(group, state, nowMs)).toEqual(once);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('adds up what each used alone to what all knew', async () => {
    const nowMs = START_MS;
    const limits = { rpm: 100, tpm: 10_000, rpd: 100 };
    const call = { ...someEntry, limits, day: { id: '2026-09-21', leftMs: 1_000 } };
    const known = enterGroup(FRESH_GROUP, call, nowMs - 10_000);
    const shared = known.kind === 'entered' ? known.state : FRESH_GROUP;
    const group = randomBytes(8).toString('hex');
    let state: GroupState | undefined;
    for (let replica = 0; replica < 3; replica++) {
      const used = new UsedAlone();
      for (let i = 0; i < 5; i++) used.entered(call, nowMs);
      state = await tell(group, shared, nowMs, used);
    }
    expect(minuteUse(state?.minute ?? [], nowMs)).toEqual({ requests: 16, tokens: 32 });
    expect(state?.day).toEqual({ id: '2026-09-21', requests: 16, tokens: 32 });
  });
});
