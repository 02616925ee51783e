import { randomBytes } from 'node:crypto';
import { enterGroup, isOnlyCounted } from '@turnpike/routing/domain/group/enter-group';
import type { GroupEvent } from '@turnpike/routing/domain/group/group-event';
import { FRESH_GROUP, type Entry, type GroupState } from '@turnpike/routing/domain/group/group-state';
import { forgetInGroup } from '@turnpike/routing/domain/group/forget-in-group';
import { reportToGroup } from '@turnpike/routing/domain/group/report-to-group';
import { tidyGroup } from '@turnpike/routing/domain/group/tidy-group';
import { GroupScript } from '@turnpike/routing/adapters/redis/group-script';
import {
  decodeAnswer,
  decodeReading,
  encodeEntry,
  encodeJson,
  groupKeys,
} from '@turnpike/routing/adapters/redis/group-wire';
import type { Forgetting } from '@turnpike/routing/domain/group-store';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { randomSteps, type Step } from './random-steps';

const prefix = `turnpike_test_${randomBytes(6).toString('hex')}:`;
const redis = new Redis(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379');
const scripts = {
  enter: new GroupScript('enter'),
  report: new GroupScript('report'),
  read: new GroupScript('read'),
  forget: new GroupScript('forget'),
};

afterAll(async () => {
  const names = await redis.keys(`${prefix}*`);
  if (names.length > 0) await redis.del(...names);
  redis.disconnect();
});

/** One group in Redis, and beside it what the pure functions make of the same. */
class Twins {
  private readonly keys = groupKeys(prefix, randomBytes(8).toString('hex'));
  private state: GroupState = FRESH_GROUP;
  private nowMs = 1_790_000_000_000;

  async step(step: Step): Promise<void> {
    this.nowMs += step.afterMs;
    switch (step.kind) {
      case 'enter':
        return this.enter(step.entry);
      case 'report':
        return this.report(step.events, step.tidies);
      case 'forget':
        return this.forget(step.what);
    }
  }

  private async enter(entry: Entry): Promise<void> {
    const { answer, ahead } = decodeAnswer(
      await scripts.enter.run(redis, { keys: this.keys, args: [...encodeEntry(entry), this.nowMs] }),
    );
    const found = enterGroup(this.state, entry, this.nowMs);
    const taken = found.kind === 'entered' && found.state !== this.state;
    const onlyCounted =
      found.kind === 'entered' && isOnlyCounted(this.state, found.state) ? { onlyCounted: true } : {};
    expect(answer).toEqual(found.kind === 'entered' ? { kind: 'entered', taken, ...onlyCounted } : found);
    expect(ahead).toBe(found.kind === 'entered' ? found.ahead : 0);
    if (found.kind === 'entered') this.state = found.state;
  }

  private async report(events: readonly GroupEvent[], tidies: boolean): Promise<void> {
    const args = [encodeJson(events), tidies ? 1 : 0, this.nowMs];
    await scripts.report.run(redis, { keys: this.keys, args });
    if (tidies) this.state = tidyGroup(this.state, this.nowMs);
    for (const event of events) this.state = reportToGroup(this.state, event, this.nowMs);
  }

  private async forget(what: Forgetting): Promise<void> {
    const name = what.kind === 'breaker' ? what.place : what.subject;
    const args = [what.kind, name, what.kind === 'breaker' ? '' : what.class];
    const forgotten = await scripts.forget.run(redis, { keys: this.keys, args });
    const state = forgetInGroup(this.state, what);
    expect(forgotten).toBe(state === this.state ? 0 : 1);
    this.state = state;
  }

  async compare(): Promise<void> {
    const { state = FRESH_GROUP } = decodeReading(
      await scripts.read.run(redis, { keys: this.keys, args: ['-'] }),
    );
    expect(state).toEqual(this.state);
  }
}

describe('scripts of a quota group', () => {
  it('decide as the pure functions do, whatever happens in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(randomSteps, async (steps) => {
        const twins = new Twins();
        for (const step of steps) {
          await twins.step(step);
          await twins.compare();
        }
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
