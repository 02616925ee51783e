import type { IncomingHttpHeaders } from 'node:http';
import { UPSTREAM_DIALECTS, type Address, type Dialect } from '@turnpike/dialects';
import type { Principal } from '@turnpike/identity';
import { isObject, parseJson, stringifyJson, type JsonObject } from '@turnpike/kernel';
import { estimateInputTokens, type EnvelopeShape } from '@turnpike/protocol';
import { modelOnWire, operationPath, type Credential, type Route, type Target } from '@turnpike/provider';
import { NO_SIZE } from '@turnpike/routing';
import { exchangeAuthorized } from './authorized-exchange';
import { applyQuirks } from './body-quirks';
import { CallBody } from './call-body';
import { buildUpstreamHeaders } from './client-headers';
import { chooseRoute } from './find-route';
import { applyMediaPolicy } from './media-policy';
import type { PipelineDeps } from './ports';
import { chooseLane } from './prepare-call';
import { findCounter, readCount, type TokenCounter } from './token-counters';

/** A native count that takes longer is worth less than an estimate at once. */
const NATIVE_LIMIT_MS = 10_000;
const LARGEST_ANSWER = 64 * 1024;

export interface TokenQuestion {
  readonly dialect: Dialect;
  readonly principal: Principal;
  readonly clientHeaders: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly address?: Address;
  readonly receivedAtMs: number;
}

export interface TokenCount {
  readonly inputTokens: number;
  readonly estimated: boolean;
  readonly alias: string;
}

/**
 * Counts without generating: never limited, never billed, and what fails here never touches the health of a route.
 * @throws GatewayError for a body or model that is wrong.
 */
export async function countTokens(
  question: TokenQuestion,
  shape: EnvelopeShape,
  deps: PipelineDeps,
): Promise<TokenCount> {
  const body = new CallBody(question.bytes, question.dialect, shape, question.address);
  const route = chooseRoute(deps.snapshot().catalog, question, body);
  const native = await countNatively(question, body, route, deps);
  if (native !== undefined) return { inputTokens: native, estimated: false, alias: route.alias };
  const perImage = route.targets[0]?.capabilities.tokensPerImage;
  const inputTokens = Math.max(1, estimateInputTokens(body.canonical(), perImage));
  return { inputTokens, estimated: true, alias: route.alias };
}

interface Asked {
  readonly target: Target;
  readonly credential: Credential;
}

/** The target that would be asked first: another one counts by another measure. */
function findTarget({ targets }: Route, { gates, clock }: PipelineDeps): Asked | undefined {
  for (const target of targets) {
    const { name, credentials } = target.provider;
    const credential = credentials.find(({ id, quotaGroup }) => {
      const place = { credentialId: id, quotaGroup, provider: name, model: target.model };
      return !gates.look(place, NO_SIZE, clock());
    });
    if (credential) return { target, credential };
  }
  return undefined;
}

async function countNatively(
  question: TokenQuestion,
  body: CallBody,
  route: Route,
  deps: PipelineDeps,
): Promise<number | undefined> {
  const asked = findTarget(route, deps);
  if (!asked?.target.provider.definition.countTokens) return undefined;
  const { target } = asked;
  const path = operationPath(target, 'count-tokens');
  const counter = findCounter(target.dialect, target.provider.definition.countMembers);
  const text = counter && countBody(question.dialect, body, target, counter);
  if (path === undefined || !counter || text === undefined) return undefined;
  return readCount(counter, await ask(question, asked, { path, body: Buffer.from(text) }, deps));
}

/** The client's own words, where they can go on as they are. */
function ownBody(client: Dialect, body: CallBody, target: Target, model: string): JsonObject | undefined {
  if (chooseLane({ dialect: client }, body, target) === 'translate') return undefined;
  const value = parseJson(body.envelope.bytes.toString('utf8'));
  return isObject(value) ? { ...value, model } : undefined;
}

/** The whole request as the counter's wire has it. @throws GatewayError what cannot be said to this target. */
function encoded(body: CallBody, target: Target, { wire }: TokenCounter, model: string): JsonObject {
  const { request } = applyMediaPolicy(body.canonicalFor(target), target);
  const { capabilities, provider } = target;
  const { vendor } = provider.definition;
  return UPSTREAM_DIALECTS[wire].encodeRequest(request, { model, capabilities, vendor }).body;
}

/** The question to a counter; undefined where the request cannot be said to this target. */
function countBody(
  client: Dialect,
  body: CallBody,
  target: Target,
  counter: TokenCounter,
): string | undefined {
  const model = modelOnWire(target);
  try {
    const own = counter.takesClients ? ownBody(client, body, target, model) : undefined;
    const asked = own ?? counter.toBody(encoded(body, target, counter, model), model);
    // The model stands in the body here, also where generation has it in the address.
    const { removeMembers = [], ...quirks } = target.quirks ?? {};
    const removed = removeMembers.filter((name) => name !== 'model');
    return stringifyJson(applyQuirks(asked, { ...quirks, removeMembers: removed }).body);
  } catch {
    return undefined;
  }
}

/** The provider's answer; empty when it refused or failed. */
function ask(
  { clientHeaders, dialect }: TokenQuestion,
  { target, credential }: Asked,
  { path, body }: { readonly path: string; readonly body: Buffer },
  deps: PipelineDeps,
): Promise<string> {
  return new Promise((resolve) => {
    let ok = false;
    let text = '';
    const sameDialect = target.dialect === dialect.id;
    exchangeAuthorized(
      deps,
      {
        provider: target.provider,
        credential,
        method: 'POST',
        path,
        headers: buildUpstreamHeaders(target, clientHeaders, { sameDialect, stream: false }),
        body,
        deadlineMs: NATIVE_LIMIT_MS,
      },
      {
        onHead: (status) => (ok = status === 200),
        onChunk: (chunk) => {
          if (text.length < LARGEST_ANSWER) text += chunk.toString('utf8');
        },
        onEnd: () => resolve(ok ? text : ''),
        onError: () => resolve(''),
      },
    );
  });
}
