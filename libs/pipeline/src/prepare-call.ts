import { DIALECTS } from '@turnpike/dialects';
import { stringifyJson } from '@turnpike/kernel';
import { spliceBytes, type Edit, type Envelope, type Loss, type Restoration } from '@turnpike/protocol';
import type { Credential, Target } from '@turnpike/provider';
import type { CallBody } from './call-body';
import type { CallContext } from './call-context';
import { buildUpstreamHeaders } from './client-headers';
import { generatePath } from './endpoints';
import { askForUsage, removeMembers, renameModel } from './passthrough-edits';

export type Lane = 'passthrough' | 'translate';

/** Everything of one attempt that is settled before a byte is sent. */
export interface PreparedCall {
  readonly lane: Lane;
  readonly path: string;
  readonly headers: string[];
  readonly body: Buffer;
  readonly losses: readonly Loss[];
  readonly restoration: Restoration;
  /** We asked for the usage chunk, the client did not. */
  readonly hideUsage: boolean;
}

/** Beginning of the base64 of a wrapped signature (`gw1:{`): such a body has to be unwrapped, so it is translated. */
const WRAPPED_PREFIX = Buffer.from('Z3cxOn');
const NOTHING_CHANGED: Restoration = {};

export function chooseLane(call: CallContext, body: CallBody, target: Target): Lane {
  if (target.dialect !== call.dialect.id) return 'translate';
  return body.envelope.bytes.includes(WRAPPED_PREFIX) ? 'translate' : 'passthrough';
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
  const { target, credential } = at;
  const lane = chooseLane(call, body, target);
  const path = generatePath(target, body.stream);
  const headers = buildUpstreamHeaders(target, credential, call.clientHeaders, {
    sameDialect: target.dialect === call.dialect.id,
    stream: body.stream,
  });
  if (lane === 'passthrough')
    return { lane, path, headers, ...splice(call, body, target), restoration: NOTHING_CHANGED };
  const encoded = DIALECTS[target.dialect].encodeRequest(body.canonical(), {
    model: target.model,
    capabilities: target.capabilities,
    vendor: target.provider.definition.vendor,
  });
  return {
    lane,
    path,
    headers,
    body: Buffer.from(stringifyJson(encoded.body)),
    losses: encoded.losses,
    restoration: encoded.restoration,
    hideUsage: false,
  };
}

const NONE: readonly string[] = [];

/** Members of the body that this provider must not be sent. */
function refusedMembers({ spans }: Envelope, target: Target): readonly string[] {
  const { quirks } = target.provider.definition;
  if (quirks === undefined) return NONE;
  const { removeMembers = NONE, routingMembers = NONE } = quirks;
  return [...removeMembers, ...routingMembers].filter((name) => spans.has(name));
}

function splice(
  call: CallContext,
  body: CallBody,
  target: Target,
): { body: Buffer; losses: Loss[]; hideUsage: boolean } {
  const { envelope } = body;
  const edits: Edit[] = [];
  const losses: Loss[] = [];
  const renamed = renameModel(envelope, body.model, target.model);
  if (renamed) edits.push(renamed);
  let hideUsage = false;
  const refused = refusedMembers(envelope, target);
  if (
    call.dialect.id === 'openai-chat' &&
    body.stream &&
    !target.capabilities.noStreamOptions &&
    !refused.includes('stream_options')
  ) {
    const ask = askForUsage(envelope);
    if (ask.edit) edits.push(ask.edit);
    hideUsage = ask.hide;
  }
  if (refused.length > 0) {
    edits.push(...removeMembers(envelope, refused));
    losses.push(...refused.map((name) => `dropped:${name}`));
  }
  return { body: spliceBytes(envelope.bytes, edits), losses, hideUsage };
}
