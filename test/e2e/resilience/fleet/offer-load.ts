import { setTimeout as sleep } from 'node:timers/promises';
import { askFleet, type Question, type Told } from './ask-fleet';
import type { Fleet } from './open-fleet';

const TICK_MS = 10;
/** So many calls under way are no load any more but a mistake of the test. */
const MOST_UNDER_WAY = 5_000;

export interface Load {
  readonly perSecond: number;
  readonly forMs: number;
  readonly question: (n: number) => Question;
}

/** An open loop: calls begin at a steady rate, whether earlier ones are answered or not, round the fleet. */
export async function offerLoad(fleet: Fleet, { perSecond, forMs, question }: Load): Promise<Told[]> {
  const startedAt = performance.now();
  const calls: Promise<Told>[] = [];
  let underWay = 0;
  const total = Math.round((perSecond * forMs) / 1_000);
  while (calls.length < total) {
    const due = Math.min(total, Math.ceil(((performance.now() - startedAt) / 1_000) * perSecond));
    while (calls.length < due) {
      if (++underWay > MOST_UNDER_WAY) throw new Error(`${MOST_UNDER_WAY} calls are under way`);
      const n = calls.length;
      calls.push(askFleet(fleet, n, question(n)).finally(() => underWay--));
    }
    await sleep(TICK_MS);
  }
  return Promise.all(calls);
}
