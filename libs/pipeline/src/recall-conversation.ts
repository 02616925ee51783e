import type { ConversationCodec } from '@turnpike/dialects';
import type { CallMemory, ResponseRecord } from '@turnpike/continuity';
import { GatewayError, isObject, parseJson, type Json, type JsonObject } from '@turnpike/kernel';
import type { Route, Target } from '@turnpike/provider';
import { NO_SIZE, placeOf } from '@turnpike/routing';
import { CallBody } from './call-body';
import type { CallRun } from './call-run';
import { storesResponses } from './keep-answer';
import type { Asked } from './operations/asked';
import { chooseLane } from './prepare-call';
import { accountOf } from './reasoning-target-of';
import { runAttempts } from './run-attempts';

/** Runs the attempts of a route, and of those it falls back to. Resolves to what is to be said. */
export type Go = (asked: Asked, route: Route) => Promise<GatewayError | undefined>;

const PREVIOUS = 'previous_response_id';
const NOT_FOUND = 'previous_response_not_found';

/**
 * A request that names the answer before it, in place of what led to it: the account that remembers that answer goes
 * on from it, any other target gets the whole conversation out of our own memory. Others simply go.
 * @throws GatewayError invalid_request when nobody has it; store_unavailable when nobody can say.
 */
export function continueConversation(
  run: CallRun,
  asked: Asked,
  route: Route,
  go: Go,
): Promise<GatewayError | undefined> {
  const codec = run.call.dialect.conversation;
  const state = codec && asked instanceof CallBody ? asked.state : undefined;
  if (!codec || !state || !(asked instanceof CallBody)) return go(asked, route);
  if (state.namesConversation) checkConversation(run, asked, route);
  if (state.previousId === undefined) return go(asked, route);
  return new Continuation(run, asked, route, codec).run(state.previousId, go);
}

/** A conversation of the upstream's is known to one account: the route must lead nowhere else. */
function checkConversation(run: CallRun, body: CallBody, route: Route): void {
  const credentials = new Set(
    route.targets.flatMap(({ provider }) => provider.credentials.map(({ id }) => id)),
  );
  if (credentials.size === 1 && route.targets.every((target) => remembers(run, body, target))) return;
  throw new GatewayError(
    'invalid_request',
    `Stored conversations do not exist on this route (gateway): use ${PREVIOUS}, or send the whole conversation.`,
    { param: 'conversation' },
  );
}

/** The body reaches the target as it is, and the target can go on from an earlier answer. */
const remembers = (run: CallRun, body: CallBody, target: Target): boolean =>
  storesResponses(target) && chooseLane(run.call, body, target) === 'passthrough';

function notFound(previousId: string): GatewayError {
  const shown = previousId.slice(0, 100);
  return new GatewayError(
    'invalid_request',
    `Previous response with id '${shown}' not found (gateway). Send the whole conversation in input.`,
    { param: PREVIOUS, vendorCode: NOT_FOUND },
  );
}

async function recall(run: CallRun, memory: CallMemory | undefined, id: string): Promise<ResponseRecord> {
  const found = await memory?.recallResponse(run.call.principal.owner.id, id);
  if (found?.kind === 'found') return found.record;
  if (found?.kind === 'unavailable')
    throw new GatewayError(
      'store_unavailable',
      'The previous response cannot be looked up at the moment (gateway). Try again, or send the whole conversation in input.',
      { param: PREVIOUS },
    );
  throw notFound(id);
}

/** One request that goes on from an answer. */
class Continuation {
  constructor(
    private readonly call: CallRun,
    private readonly body: CallBody,
    private readonly route: Route,
    private readonly codec: ConversationCodec,
  ) {}

  async run(previousId: string, go: Go): Promise<GatewayError | undefined> {
    const { call, body, route } = this;
    const record = await recall(call, call.deps.memory, previousId);
    call.before = this.itemsOf(record);
    if (this.isUsable(record)) {
      const verdict = await this.goToAccount(record);
      if (!verdict || !this.mayGoElsewhere()) return verdict;
    }
    if (!call.before) throw notFound(previousId);
    const items = [...call.before, ...this.codec.inputItems(body.memberText(this.codec.itemsMember))];
    const whole = body.continued(this.codec.replayItems(items, this.accounts()));
    call.measureBy(whole);
    return go(whole, route);
  }

  /** The conversation up to and with the answer; undefined: only its upstream has it. */
  private itemsOf({ response, before, vendor, account }: ResponseRecord): Json[] | undefined {
    if (response === undefined || before === undefined) return undefined;
    const said = parseJson(response);
    const earlier = parseJson(before);
    const answer: JsonObject = isObject(said) ? said : {};
    return [
      ...(Array.isArray(earlier) ? earlier : []),
      ...this.codec.outputItems(answer, { vendor, account }),
    ];
  }

  /** The account that has the answer is on the route, and does not cool down. */
  private isUsable(record: ResponseRecord): boolean {
    const { call, body, route } = this;
    if (!record.storedUpstream) return false;
    return route.targets.some((target) => {
      if (target.provider.name !== record.provider || !remembers(call, body, target)) return false;
      const credential = target.provider.credentials.find(({ id }) => id === record.credentialId);
      if (!credential) return false;
      const { gates, clock } = call.deps;
      return gates.look(placeOf({ target, credential }), NO_SIZE, clock()) === undefined;
    });
  }

  private async goToAccount(record: ResponseRecord): Promise<GatewayError | undefined> {
    const { call, body, route } = this;
    call.route = route;
    call.pin = record.credentialId;
    const targets = route.targets.filter(
      (target) => target.provider.name === record.provider && remembers(call, body, target),
    );
    const verdict = await runAttempts(call, body, { ...route, targets });
    call.pin = undefined;
    return verdict;
  }

  /** What the account refused for the request's own sake, others refuse as well; unless it has lost the answer. */
  private mayGoElsewhere(): boolean {
    const { call } = this;
    if (call.over || call.state === 'broken' || !call.before) return false;
    if (call.entries.length >= call.snapshot.policy.maxAttempts) return false;
    const failure = call.failures[call.failures.length - 1]?.failure;
    return failure === undefined || failure.class !== 'caller' || failure.vendor.code === NOT_FOUND;
  }

  private accounts(): ReadonlySet<string> {
    const same = this.route.targets.filter(({ dialect }) => dialect === this.call.call.dialect.id);
    return new Set(same.map(accountOf));
  }
}
