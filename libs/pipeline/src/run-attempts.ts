import type { GatewayError } from '@turnpike/kernel';
import type { Route, Target } from '@turnpike/provider';
import { beginAttempts, groupsOf, type AttemptState, type CallSize } from '@turnpike/routing';
import type { CallRun } from './call-run';
import { AskedSize } from './call-size';
import type { Asked } from './operations/asked';
import { openSession, staysInPlace } from './place-session';
import { planCall } from './plan-call';
import { RouteStory } from './route-story';

/** Attempts of one route until an answer was delivered or nobody is left to ask. Resolves to what is to be said. */
export function runAttempts(run: CallRun, body: Asked, route: Route): Promise<GatewayError | undefined> {
  const tell = (): Promise<GatewayError | undefined> => {
    const size = new AskedSize(run, body);
    return new RouteStory(run, route, size, begin(run, route, size)).tell();
  };
  const knowing = lookUp(run, body, route);
  return knowing ? knowing.then(tell) : tell();
}

/** What has to be known before targets are ordered, in one go; undefined: all of it is. */
function lookUp(run: CallRun, body: Asked, route: Route): Promise<unknown> | undefined {
  const { gates, clock } = run.deps;
  const opening = openSession(run, body, route);
  const reading = gates.ready(groupsOf(route.targets), clock());
  return opening && reading ? Promise.all([opening, reading]) : (opening ?? reading);
}

function begin(run: CallRun, route: Route, size: CallSize): AttemptState<Target> {
  const { deps, snapshot } = run;
  const turns = route.targets.length > 1 ? deps.turns : undefined;
  const plan = planCall(
    {
      route,
      size,
      snapshot,
      nowMs: deps.clock(),
      random: deps.random,
      turn: turns?.peek(route.alias) ?? 0,
      pin: run.pin,
      place: run.session?.place,
    },
    deps,
  );
  // Who goes where its conversation is takes no turn from those that the strategy places.
  if (!staysInPlace(run.session, plan)) turns?.next(route.alias);
  for (const dropped of plan.dropped) run.dropped.push(dropped);
  const { maxAttempts, maxQueueWaitMs } = snapshot.policy;
  // Another alias has been asked before: the attempts of a call are counted over all of them.
  const left = maxAttempts - run.entries.length;
  return beginAttempts(
    plan,
    { maxAttempts: left, deadlineAtMs: run.deadlineAtMs, maxQueueWaitMs },
    deps.random,
  );
}
