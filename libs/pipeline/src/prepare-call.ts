import { UPSTREAM_DIALECTS } from '@turnpike/dialects';
import { stringifyJson } from '@turnpike/kernel';
import { spliceBytes, type Edit, type Loss, type Restoration } from '@turnpike/protocol';
import { modelOnWire, type BodyStream, type Credential, type Target } from '@turnpike/provider';
import { applyQuirks, quirkEdits } from './body-quirks';
import type { CallBody } from './call-body';
import type { CallContext } from './call-context';
import { buildUpstreamHeaders, hashSession, sortBetas } from './client-headers';
import { pathOf } from './endpoints';
import { learnedQuirks } from './learned-members';
import { applyMediaPolicy, mayLackMedia } from './media-policy';
import { askForUsage, renameModel } from './passthrough-edits';

export type Lane = 'passthrough' | 'translate';

/** Everything of one attempt that is settled before a byte is sent. */
export interface PreparedCall {
  readonly lane: Lane;
  readonly path: string;
  readonly headers: string[];
  readonly body: Buffer | BodyStream;
  /** Bodies of several exchanges that together are one attempt, `body` the first of them. */
  readonly bodies?: readonly Buffer[];
  readonly losses: readonly Loss[];
  readonly restoration: Restoration;
  /** We asked for the usage chunk, the client did not. */
  readonly hideUsage: boolean;
}

const NOTHING_CHANGED: Restoration = {};

const reasoningLoss = (body: CallBody, target: Target): Loss[] =>
  body.reasoningRefusedBy === target ? ['dropped:reasoning'] : [];

/** A body with a wrapped signature has to be unwrapped, so it is translated; so is one that has to lose its reasoning. */
export function chooseLane(call: Pick<CallContext, 'dialect'>, body: CallBody, target: Target): Lane {
  if (target.dialect !== call.dialect.id || body.isContinued) return 'translate';
  if (body.reasoningRefusedBy === target) return 'translate';
  if (mayLackMedia(body.envelope, target)) return 'translate';
  return body.holdsWrapped ? 'translate' : 'passthrough';
}

/**
 * URL, headers and body for one target.
 * @throws GatewayError when the request cannot be said in the target's dialect.
 */
export function prepareCall(
  call: CallContext,
  body: CallBody,
  at: { readonly target: Target; readonly credential: Credential },
): PreparedCall {
  const { target } = at;
  const lane = chooseLane(call, body, target);
  const path = pathOf(target, 'generate', body.stream);
  const headers = buildUpstreamHeaders(target, call.clientHeaders, {
    sameDialect: target.dialect === call.dialect.id,
    stream: body.stream,
  });
  const betas = sortBetas(target, call.dialect.id, call.clientHeaders);
  if (lane === 'passthrough') {
    const { losses, ...spliced } = splice(call, body, target);
    const lost = betas.losses.length === 0 ? losses : [...betas.losses, ...losses];
    return { lane, path, headers, ...spliced, losses: lost, restoration: NOTHING_CHANGED };
  }
  const told = applyMediaPolicy(body.canonicalFor(target), target);
  const encoded = UPSTREAM_DIALECTS[target.dialect].encodeRequest(told.request, {
    model: modelOnWire(target),
    capabilities: target.capabilities,
    vendor: target.provider.definition.vendor,
    betas: betas.inBody,
    session: hashSession(call.clientHeaders),
  });
  const configured = applyQuirks(encoded.body, target.quirks);
  const bent = applyQuirks(configured.body, learnedQuirks(target));
  return {
    lane,
    path,
    headers,
    body: Buffer.from(stringifyJson(bent.body)),
    losses: [
      ...reasoningLoss(body, target),
      ...betas.losses,
      ...told.losses,
      ...encoded.losses,
      ...bent.losses,
    ],
    restoration: target.capabilities.thinkOpened
      ? { ...encoded.restoration, thinkOpened: true }
      : encoded.restoration,
    hideUsage: false,
  };
}

function splice(
  call: CallContext,
  body: CallBody,
  target: Target,
): Pick<PreparedCall, 'body' | 'losses' | 'hideUsage'> {
  const { envelope } = body;
  const { edits: bent, refused, losses } = quirkEdits(envelope, target.quirks);
  const edits: Edit[] = [...bent];
  const renamed = refused.includes('model')
    ? undefined
    : renameModel(envelope, body.model, modelOnWire(target));
  if (renamed) edits.push(renamed);
  let hideUsage = false;
  if (
    call.dialect.id === 'openai-chat' &&
    body.stream &&
    !target.capabilities.noStreamOptions &&
    !target.quirks?.removeMembers?.includes('stream_options')
  ) {
    const ask = askForUsage(envelope);
    if (ask.edit) edits.push(ask.edit);
    hideUsage = ask.hide;
  }
  return { body: spliceBytes(envelope.bytes, edits), losses, hideUsage };
}
