import type { Route, Target } from '@turnpike/provider';
import {
  beginningOf,
  isAt,
  sessionKey,
  type Candidate,
  type RoutePlan,
  type SessionHint,
  type SessionPlace,
} from '@turnpike/routing';
import { CallBody } from './call-body';
import type { CallContext } from './call-context';
import type { CallRun } from './call-run';
import type { Asked } from './operations/asked';
import type { PipelineDeps } from './ports';
import { headerOf, memberOf } from './request-facts';
import { NAMING_HEADERS } from './session-headers';

/** Said once, by the first call that a session is served elsewhere. */
export const SESSION_MOVED = 'session_moved';

/** The session of a call on one route. */
export interface Session {
  readonly key: string;
  readonly ttlMs: number;
  /** Where it was served last; undefined: nobody knows. */
  place: SessionPlace | undefined;
}

/** Whose session is looked for, and where it is noted. */
export interface SessionSeeker {
  readonly call: Pick<CallContext, 'principal' | 'clientHeaders'>;
  readonly deps: Pick<PipelineDeps, 'sessions'>;
  readonly pin: string | undefined;
  session: Session | undefined;
}

const hasChoice = ({ targets }: Route): boolean =>
  targets.length > 1 || (targets[0]?.provider.credentials.length ?? 0) > 1;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** What the client calls its session. A hint: it names nothing that is not the caller's own. */
function nameOf(run: SessionSeeker, { envelope }: CallBody): string | undefined {
  for (const header of NAMING_HEADERS) {
    const name = text(headerOf(run.call, header));
    if (name !== undefined) return name;
  }
  const cacheKey = text(memberOf(envelope, 'prompt_cache_key'));
  if (cacheKey !== undefined) return cacheKey;
  const metadata = memberOf(envelope, 'metadata');
  return typeof metadata === 'object' && metadata !== null && 'user_id' in metadata
    ? text(metadata.user_id)
    : undefined;
}

function hintOf(run: SessionSeeker, body: CallBody): SessionHint | undefined {
  const name = nameOf(run, body);
  if (name !== undefined) return { kind: 'named', name };
  const { beginning } = body;
  return beginning && { kind: 'beginning', bytes: beginningOf(beginning) };
}

/**
 * Notes the session of a call, and looks up where it was served last. undefined: there is nothing to wait for. A route
 * with one candidate has no sessions; a first turn that names none is placed by the strategy, without a question.
 */
export function openSession(run: SessionSeeker, asked: Asked, route: Route): Promise<void> | undefined {
  const { sessions } = run.deps;
  run.session = undefined;
  if (!sessions || route.stickyMs <= 0 || run.pin !== undefined || !hasChoice(route)) return undefined;
  const hint = asked instanceof CallBody ? hintOf(run, asked) : undefined;
  if (!hint || !(asked instanceof CallBody)) return undefined;
  // Where the alias is a pattern, the asked name decides which models there are to stay at.
  const key = sessionKey(run.call.principal.keyId, `${route.alias}\n${route.name}`, hint);
  const session: Session = { key, ttlMs: route.stickyMs, place: undefined };
  run.session = session;
  if (hint.kind === 'beginning' && !asked.envelope.hasAssistant) return undefined;
  const found = sessions.find(key);
  if (found instanceof Promise) return found.then((place) => void (session.place = place));
  session.place = found;
  return undefined;
}

/** Whether an attempt at this candidate takes the session away from where it was. */
export const movesSession = (session: Session | undefined, candidate: Candidate<Target>): boolean =>
  session?.place !== undefined && !isAt(candidate, session.place);

/** Whether a plan begins where the session was served last. */
export const staysInPlace = (
  session: Session | undefined,
  { candidates: [first] }: RoutePlan<Target>,
): boolean => first !== undefined && session?.place !== undefined && isAt(first, session.place);

/** An answer was delivered: the session stays where it came from. */
export function keepPlace(run: CallRun, candidate: Candidate<Target>): void {
  const { session } = run;
  if (!session) return;
  if (movesSession(session, candidate)) run.warn(SESSION_MOVED);
  const place = { credentialId: candidate.credential.id, model: candidate.target.model };
  run.deps.sessions?.remember(session.key, place, session.ttlMs);
}
