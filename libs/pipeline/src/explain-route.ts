import type { IncomingHttpHeaders } from 'node:http';
import type { Address, Dialect } from '@turnpike/dialects';
import type { Principal } from '@turnpike/identity';
import { formatUsd, GatewayError, uuidv7 } from '@turnpike/kernel';
import type { EnvelopeShape } from '@turnpike/protocol';
import type { Route, Target } from '@turnpike/provider';
import { groupsOf, rankBy, type Candidate, type DroppedCandidate, type RoutePlan } from '@turnpike/routing';
import { CallBody } from './call-body';
import type { CallContext } from './call-context';
import { AskedSize } from './call-size';
import { estimateCost } from './estimate-cost';
import { chooseRoute } from './find-route';
import { openSession, type Session } from './place-session';
import { planCall, signalsOf, type PlanQuestion } from './plan-call';
import { Reply, type PipelineDeps } from './ports';
import { refuseLosses } from './refuse-losses';

export interface ExplainQuestion {
  readonly dialect: Dialect;
  readonly principal: Principal;
  readonly clientHeaders: IncomingHttpHeaders;
  /** What the client would send. */
  readonly bytes: Buffer;
  readonly address?: Address;
  readonly receivedAtMs: number;
}

/** Why a call would go where it would go. Money as decimal strings of USD, times RFC 3339. */
export interface RouteExplanation {
  readonly requestedModel: string;
  readonly alias: string;
  readonly strategy: string;
  readonly estimated: {
    readonly inputTokens: number;
    /** null: whatever the model allows. */
    readonly outputCap: number | null;
    /** Of the first candidate; null: it has no price. */
    readonly costUsd: string | null;
  };
  readonly candidates: readonly ExplainedCandidate[];
  readonly dropped: readonly (Omit<DroppedCandidate, 'untilMs'> & { readonly until?: string })[];
}

export interface ExplainedCandidate {
  readonly rank: number;
  readonly provider: string;
  readonly credential: string;
  readonly model: string;
  readonly lane: string;
  /** What the strategy orders by, lowest first; null where it orders by place, weight or a draw. */
  readonly score: number | null;
  readonly estimatedCostUsd: string | null;
}

/** Nothing is answered here. */
class NoReply extends Reply {
  readonly gone = false;

  head(): void {
    return undefined;
  }

  write(): boolean {
    return true;
  }

  end(): void {
    return undefined;
  }

  cut(): void {
    return undefined;
  }
}

/**
 * The live engine without the call: the same rules, order, gates and preparations, and nothing taken.
 * @throws GatewayError for a body, a model or a right that is wrong, as the call itself would.
 */
export async function explainRoute(
  question: ExplainQuestion,
  shape: EnvelopeShape,
  deps: PipelineDeps,
): Promise<RouteExplanation> {
  const snapshot = deps.snapshot();
  const asked = new CallBody(question.bytes, question.dialect, shape, question.address);
  const route = chooseRoute(snapshot.catalog, question, asked);
  const seeker = { call: question, deps, pin: undefined, session: undefined as Session | undefined };
  await openSession(seeker, asked, route);
  await deps.gates.ready(groupsOf(route.targets), deps.clock());
  const plan: PlanQuestion = {
    route,
    size: new AskedSize({ inputEstimate: asked.estimateInput() }, asked),
    snapshot,
    nowMs: deps.clock(),
    random: deps.random,
    turn: deps.turns.peek(route.alias),
    pin: undefined,
    place: seeker.session?.place,
  };
  return describe(plan, sift(contextOf(question), asked, route, planCall(plan, deps)), asked, deps);
}

interface Sifted extends RoutePlan<Target> {
  readonly lanes: ReadonlyMap<Candidate<Target>, string>;
}

const contextOf = ({
  dialect,
  principal,
  clientHeaders,
  address,
  receivedAtMs,
}: ExplainQuestion): CallContext => {
  const id = uuidv7();
  return {
    id,
    requestId: id,
    dialect,
    principal,
    project: undefined,
    tags: undefined,
    receivedAtMs,
    clientHeaders,
    reply: new NoReply(),
    ...(address ? { address } : {}),
  };
};

/** Without the candidates to which the request cannot be said; a call would pass over them as well. */
function sift(call: CallContext, asked: CallBody, route: Route, plan: RoutePlan<Target>): Sifted {
  const lanes = new Map<Candidate<Target>, string>();
  const dropped = [...plan.dropped];
  const strict = { route, strictLosses: [] };
  for (const candidate of plan.candidates) {
    const { target, credential } = candidate;
    try {
      const { lane, losses } = asked.prepare(call, candidate);
      const loss = refuseLosses(strict, target, losses);
      if (loss) throw loss;
      lanes.set(candidate, lane);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const { provider, model } = target;
      dropped.push({ provider: provider.name, credential: credential.name, model, reason: error.reason });
    }
  }
  return { ...plan, candidates: plan.candidates.filter((one) => lanes.has(one)), dropped, lanes };
}

function describe(
  question: PlanQuestion,
  { candidates, dropped, lanes }: Sifted,
  asked: CallBody,
  { gates }: PipelineDeps,
): RouteExplanation {
  const { route, size } = question;
  const costOf = (target: Target): string | null => {
    const cost = estimateCost(question, target);
    return cost === undefined ? null : formatUsd(cost);
  };
  const [first] = candidates;
  return {
    requestedModel: asked.model,
    alias: route.alias,
    strategy: route.strategy,
    estimated: {
      inputTokens: size.inputTokens,
      outputCap: size.outputCap ?? null,
      costUsd: first ? costOf(first.target) : null,
    },
    candidates: candidates.map((candidate, i) => ({
      rank: i + 1,
      provider: candidate.target.provider.name,
      credential: candidate.credential.name,
      model: candidate.target.model,
      lane: lanes.get(candidate) ?? '',
      score: finite(rankBy(route.strategy, signalsOf(question, candidate.target, gates))),
      estimatedCostUsd: costOf(candidate.target),
    })),
    dropped: dropped.map(({ untilMs, ...named }) => ({
      ...named,
      ...(untilMs === undefined ? {} : { until: new Date(untilMs).toISOString() }),
    })),
  };
}

const finite = (score: number | undefined): number | null =>
  score !== undefined && Number.isFinite(score) ? score : null;
