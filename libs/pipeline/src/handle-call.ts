import { GatewayError } from '@turnpike/kernel';
import type { Route } from '@turnpike/provider';
import type { CallContext } from './call-context';
import { CallRun } from './call-run';
import type { PipelineDeps } from './ports';
import { chooseRoute } from './find-route';
import { continueConversation } from './recall-conversation';
import type { Asked } from './operations/asked';
import { narrowRoute } from './overrides';
import { runAttempts } from './run-attempts';
import { settleCall } from './settle-call';

/**
 * The whole story of one call: read the body, check the right, find the route, run the attempts, say what is to be
 * said, settle. `read` is the operation's way of reading it; what it throws is answered. Never rejects: every end is an
 * answer and a ledger entry.
 */
export async function handleCall(
  call: CallContext,
  read: () => Asked | Promise<Asked>,
  deps: PipelineDeps,
): Promise<void> {
  const attempted = tryRead(read);
  const body = attempted instanceof Promise ? await attempted : attempted;
  const run = new CallRun(call, 'thrown' in body ? undefined : body, deps);
  deps.observer.callStarted(run.body?.stream ?? false);
  try {
    if ('thrown' in body) throw body.thrown;
    const route = chooseRoute(run.snapshot.catalog, call, body);
    const verdict = await continueConversation(run, body, route, (asked, first) => goOn(run, asked, first));
    if (run.over) leave(run);
    else if (verdict) end(run, verdict);
  } catch (error) {
    if (!(error instanceof GatewayError)) deps.observer.defect(error);
    end(run, error);
  } finally {
    settleCall(run);
  }
}

interface Unreadable {
  readonly thrown: unknown;
}

const unreadable = (thrown: unknown): Unreadable => ({ thrown });

/** Bodies that stream in are known later; all others are not waited for. */
function tryRead(read: () => Asked | Promise<Asked>): Asked | Unreadable | Promise<Asked | Unreadable> {
  try {
    const asked = read();
    return asked instanceof Promise ? asked.catch(unreadable) : asked;
  } catch (error) {
    return unreadable(error);
  }
}

/** The attempts of a route, and of those that it falls back to. Resolves to what is to be said. */
async function goOn(run: CallRun, body: Asked, first: Route): Promise<GatewayError | undefined> {
  let route: Route | undefined = first;
  let verdict: GatewayError | undefined;
  while (route) {
    run.route = route;
    verdict = await runAttempts(run, body, route);
    route = verdict && fallbackOf(run, route);
  }
  return verdict;
}

/**
 * Another alias that the configuration names for a request too long, or filtered, for this one, as far as the caller
 * lets it go. A chain of them ends: a configuration in which one leads back to itself is refused.
 */
function fallbackOf(run: CallRun, route: Route): Route | undefined {
  const last = run.failures[run.failures.length - 1]?.failure.class;
  const alias =
    last === 'context_length'
      ? route.onContextExceeded
      : last === 'content_filter'
        ? route.onContentFilter
        : undefined;
  if (alias === undefined || run.over || run.state === 'broken') return undefined;
  if (run.entries.length >= run.snapshot.policy.maxAttempts) return undefined;
  const next = run.snapshot.catalog.resolve(alias);
  return next && narrowRoute(next, run.call);
}

function end(run: CallRun, error: unknown): void {
  if (run.state !== 'broken') run.state = run.entries.length > 0 ? 'failed' : 'refused';
  run.reason = error instanceof GatewayError ? error.reason : 'internal_error';
  run.fail(error);
}

function leave(run: CallRun): void {
  if (run.state === 'succeeded') return;
  if (run.delivery.gone) {
    run.state = 'cancelled';
    run.reason = 'client_disconnected';
    return;
  }
  if (run.firstContentAtMs !== undefined) run.state = 'broken';
  end(
    run,
    new GatewayError(
      'draining',
      'This Turnpike instance is shutting down (gateway). Try again: another instance answers.',
    ),
  );
}
