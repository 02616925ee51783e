import { seededRandom, type Random } from '@turnpike/kernel';
import type { Failure } from '@turnpike/protocol';
import { MemoryGroupStore } from '../adapters/memory-group-store';
import { placesOf } from '../domain/plan-candidates';
import { RetryBudgets } from '../domain/retry-budgets';
import { TargetGates } from '../domain/target-gates';
import type { RoutableTarget } from '../domain/types';
import type { RoutingStrategy } from '../strategies';
import { BreakerWatch } from './breaker-watch';
import { CoolingWatch } from './cooling-watch';
import type { Behaviour, Reply } from './provider-models';
import { SimulatedCall, type CallEnd, type Dispatch, type Replica, type Stage } from './simulated-call';
import { StaleGroupStore } from './stale-group-store';
import { VirtualTime } from './virtual-time';
import { WaitingLines } from './waiting-line';

/** The start of simulated time, in epoch milliseconds. */
export const START_MS = 1_750_000_000_000;
const RENEW_MS = 5_000;
/** Longest that anything goes on after the last call has come. */
const DRAIN_MS = 120_000;

/** Calls that come at once, after so many milliseconds. */
export interface Arrivals {
  readonly ms: number;
  readonly calls: number;
}

export interface Scenario {
  readonly seed: number;
  readonly replicas: number;
  /** How old the copies of replicas may be; 0: all see the same at once. */
  readonly staleMs: number;
  /** How long the shared store takes to answer; 0: no time at all. */
  readonly tripMs: number;
  readonly targets: readonly RoutableTarget[];
  /** By provider. */
  readonly behaviours: ReadonlyMap<string, Behaviour>;
  /** Providers that always answer, with quota groups of their own. */
  readonly healthy: ReadonlySet<string>;
  readonly strategy: RoutingStrategy;
  readonly limits: Stage['limits'];
  readonly seats: number;
  readonly arrivals: readonly Arrivals[];
  /** When one replica of several dies. */
  readonly deathMs?: number;
}

/** One dispatch as the journal of a provider has it. */
export interface Sent {
  readonly ms: number;
  readonly provider: string;
  readonly failed: Failure['class'] | undefined;
  readonly call: SimulatedCall;
}

export interface Report {
  readonly sent: readonly Sent[];
  readonly ends: readonly { readonly ms: number; readonly call: SimulatedCall; readonly end: CallEnd }[];
  readonly mostWaiting: number;
  readonly mostBreakerProbes: number;
  /** Rules that were broken, with their moment. */
  readonly broken: readonly string[];
}

/** Plays a scenario to its end. The same scenario gives the same report. */
export async function runScenario(scenario: Scenario): Promise<Report> {
  const played = new PlayedScenario(scenario);
  return played.play();
}

class PlayedScenario {
  private readonly time = new VirtualTime(START_MS);
  private readonly random: Random;
  private readonly shared = new MemoryGroupStore();
  private readonly cooling: CoolingWatch;
  private readonly breakers: BreakerWatch;
  private readonly sent: Sent[] = [];
  private readonly ends: { ms: number; call: SimulatedCall; end: CallEnd }[] = [];
  private readonly broken: string[] = [];
  private readonly underWay = new Map<string, number>();
  private readonly inGroups = new Map<string, number>();
  private readonly replicas: readonly Replica[];
  private born = 0;

  constructor(private readonly scenario: Scenario) {
    this.random = seededRandom(scenario.seed);
    this.cooling = new CoolingWatch(scenario.staleMs);
    this.breakers = new BreakerWatch(scenario.staleMs);
    this.replicas = Array.from({ length: scenario.replicas }, () => this.openReplica());
  }

  private openReplica(): Replica {
    const { time, random, scenario } = this;
    const store = new StaleGroupStore(this.shared, scenario.staleMs, scenario.tripMs, time);
    const dayOf = () => ({ id: 'day', leftMs: 3_600_000 });
    return {
      gates: new TargetGates({ store, random, dayOf }),
      retries: new RetryBudgets(),
      lines: new WaitingLines(time, scenario.seats),
      isAlive: true,
      turns: 0,
    };
  }

  async play(): Promise<Report> {
    const { time, scenario } = this;
    const stage = this.stage();
    let lastMs = 0;
    for (const { ms, calls } of scenario.arrivals) {
      lastMs = Math.max(lastMs, ms);
      time.after(ms, () => {
        for (let i = 0; i < calls; i++) this.bear(stage);
      });
    }
    for (let ms = RENEW_MS; ms < lastMs + DRAIN_MS; ms += RENEW_MS)
      time.after(ms, () => {
        for (const { isAlive, gates } of this.replicas) if (isAlive) gates.renew(time.nowMs);
      });
    const [first] = this.replicas;
    if (scenario.deathMs !== undefined && first && this.replicas.length > 1)
      time.after(scenario.deathMs, () => {
        first.isAlive = false;
      });
    await time.run(START_MS + lastMs + DRAIN_MS);
    this.checkEnd();
    return {
      sent: this.sent,
      ends: this.ends,
      mostWaiting: Math.max(...this.replicas.map(({ lines }) => lines.most)),
      mostBreakerProbes: this.breakers.mostProbes,
      broken: this.broken,
    };
  }

  private bear(stage: Stage): void {
    const alive = this.replicas.filter(({ isAlive }) => isAlive);
    const replica = alive[Math.floor(this.random() * alive.length)];
    if (!replica) return;
    this.born++;
    new SimulatedCall(stage, replica).go();
  }

  private stage(): Stage {
    const { time, random, scenario, cooling, breakers } = this;
    return {
      time,
      random,
      targets: scenario.targets,
      strategy: scenario.strategy,
      limits: scenario.limits,
      send: (dispatch) => this.send(dispatch),
      heard: (dispatch, failure) => {
        this.count(dispatch, -1);
        cooling.heard(dispatch, failure, time.nowMs);
        breakers.heard(dispatch, failure, time.nowMs);
      },
      proved: (dispatch) => {
        cooling.proved(dispatch, time.nowMs);
        breakers.proved(dispatch, time.nowMs);
      },
      ended: (call, end) => this.ended(call, end),
    };
  }

  /** Counts at the provider and in the quota group; the requests that are under way at the provider now. */
  private count({ candidate }: Dispatch, more: number): number {
    const { quotaGroup, limits } = candidate.credential;
    const inGroup = add(this.inGroups, quotaGroup, more);
    // What a replica that has died still had under way counts for a while, and then no more.
    if (this.scenario.deathMs === undefined && inGroup > (limits?.concurrency ?? Infinity))
      this.breaks(`${inGroup} calls under way in ${quotaGroup}`);
    return add(this.underWay, candidate.target.provider.name, more);
  }

  private send(dispatch: Dispatch): Reply {
    const { scenario, time, random } = this;
    const { call, candidate } = dispatch;
    const { nowMs } = time;
    if (call.attempts > scenario.limits.maxAttempts) this.breaks(`attempt ${call.attempts}`);
    if (nowMs >= call.deadlineAtMs) this.breaks('an attempt at or after the deadline');
    for (const rule of [this.cooling.sent(dispatch, nowMs), this.breakers.sent(dispatch, nowMs)])
      if (rule) this.breaks(`${rule} (${candidate.credential.id}/${candidate.target.model})`);
    const provider = candidate.target.provider.name;
    const behaviour = scenario.behaviours.get(provider);
    if (!behaviour) throw new Error(`nobody is ${provider}`);
    const underWay = this.count(dispatch, 1);
    const reply = behaviour({ nowMs, credentialId: candidate.credential.id, underWay, random });
    this.sent.push({ ms: nowMs - START_MS, provider, failed: reply.failed?.class, call });
    return reply;
  }

  private ended(call: SimulatedCall, end: CallEnd): void {
    const { scenario, time } = this;
    this.ends.push({ ms: time.nowMs - START_MS, call, end });
    if (end.kind === 'delivered' || scenario.healthy.size === 0) return;
    const isSpent = end.why === 'attempts' || end.why === 'deadline' || call.skipped > 0;
    if (!isSpent) this.breaks(`a healthy target starves: ${end.why}`);
  }

  /** Nothing is left behind: every call has ended, every lease is back. */
  private checkEnd(): void {
    const { time, scenario } = this;
    const dead = this.replicas.some(({ isAlive }) => !isAlive);
    if (!dead && this.ends.length !== this.born)
      this.breaks(`${this.born - this.ends.length} calls never ended`);
    for (const place of placesOf(scenario.targets)) {
      const state = this.shared.look(place.quotaGroup)?.state;
      if (!state) continue;
      const probes = [...Object.values(state.benches), ...Object.values(state.breakers)].flatMap((each) =>
        'probes' in each ? Object.keys(each.probes) : [],
      );
      // Expired ones too: what is over has to be given back, not given up.
      const left = [...probes, ...Object.keys(state.calls)];
      if (!dead && left.length > 0)
        this.breaks(`${left.length} leases of ${place.quotaGroup} never came back`);
      for (const { isAlive, gates } of this.replicas)
        if (isAlive && gates.signals(place, time.nowMs).inFlight > 0) this.breaks('a call is still counted');
    }
  }

  private breaks(rule: string): void {
    this.broken.push(`${((this.time.nowMs - START_MS) / 1_000).toFixed(3)} s: ${rule}`);
  }
}

function add(counts: Map<string, number>, name: string, more: number): number {
  const now = (counts.get(name) ?? 0) + more;
  counts.set(name, now);
  return now;
}
