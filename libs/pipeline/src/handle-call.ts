import { GatewayError } from '@turnpike/kernel';
import type { EnvelopeShape } from '@turnpike/protocol';
import type { Route } from '@turnpike/provider';
import { CallBody } from './call-body';
import type { CallContext } from './call-context';
import { CallRun } from './call-run';
import type { PipelineDeps } from './ports';
import { findRoute } from './find-route';
import { runAttempts } from './run-attempts';
import { settleCall } from './settle-call';

/**
 * The whole story of one generation call: read the body, check the right, find the route, run the attempts, say what
 * is to be said, settle. Never rejects: every end is an answer and a ledger entry.
 */
export async function handleCall(
  call: CallContext,
  bytes: Buffer,
  shape: EnvelopeShape,
  deps: PipelineDeps,
): Promise<void> {
  const body = readBody(call, bytes, shape);
  const run = new CallRun(call, body instanceof CallBody ? body : undefined, deps);
  deps.observer.callStarted(run.body?.stream ?? false);
  try {
    if (!(body instanceof CallBody)) throw body.thrown;
    await tell(run, body);
  } catch (error) {
    if (!(error instanceof GatewayError)) deps.observer.defect(error);
    end(run, error);
  } finally {
    settleCall(run);
  }
}

function readBody(
  call: CallContext,
  bytes: Buffer,
  shape: EnvelopeShape,
): CallBody | { readonly thrown: unknown } {
  try {
    return new CallBody(bytes, call.dialect, shape, call.address);
  } catch (error) {
    return { thrown: error };
  }
}

async function tell(run: CallRun, body: CallBody): Promise<void> {
  let route: Route | undefined = findRoute(run.snapshot.catalog, run.call.principal, body.model);
  let verdict: GatewayError | undefined;
  while (route) {
    run.route = route;
    verdict = await runAttempts(run, body, route);
    route = verdict && fallbackOf(run, route);
  }
  if (run.over) return leave(run);
  if (verdict) end(run, verdict);
}

/**
 * Another alias that the configuration names for a request too long, or filtered, for this one. A chain of them ends:
 * a configuration in which one leads back to itself is refused.
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
  return run.snapshot.catalog.resolve(alias);
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
