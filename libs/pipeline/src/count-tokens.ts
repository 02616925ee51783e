import type { IncomingHttpHeaders } from 'node:http';
import type { Address, Dialect } from '@turnpike/dialects';
import type { Principal } from '@turnpike/identity';
import { isObject } from '@turnpike/kernel';
import { estimateInputTokens, spliceBytes, type EnvelopeShape } from '@turnpike/protocol';
import type { Route, Target } from '@turnpike/provider';
import { CallBody } from './call-body';
import { buildUpstreamHeaders } from './client-headers';
import { COUNT_TOKENS_PATH } from './endpoints';
import { findRoute } from './find-route';
import { renameModel } from './passthrough-edits';
import type { PipelineDeps } from './ports';

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
  const route = findRoute(deps.snapshot().catalog, question.principal, body.model);
  const native = await countNatively(question, body, route, deps);
  if (native !== undefined) return { inputTokens: native, estimated: false, alias: route.alias };
  const inputTokens = Math.max(1, estimateInputTokens(body.canonical()));
  return { inputTokens, estimated: true, alias: route.alias };
}

async function countNatively(
  question: TokenQuestion,
  body: CallBody,
  route: Route,
  deps: PipelineDeps,
): Promise<number | undefined> {
  const target = route.targets.find(
    (t) => t.provider.definition.countTokens === true && t.dialect === question.dialect.id,
  );
  if (!target || target.dialect !== 'anthropic-messages') return undefined;
  const answer = await ask(question, body, target, deps);
  try {
    const json: unknown = JSON.parse(answer);
    const count = isObject(json) ? json['input_tokens'] : undefined;
    return typeof count === 'number' && count > 0 ? count : undefined;
  } catch {
    return undefined;
  }
}

/** The provider's answer to the same body; empty when it refused or failed. */
function ask(question: TokenQuestion, body: CallBody, target: Target, deps: PipelineDeps): Promise<string> {
  const credential = target.provider.credentials.find(
    (c) =>
      !deps.cooldowns.find(
        { credentialId: c.id, quotaGroup: c.quotaGroup, provider: target.provider.name, model: target.model },
        deps.clock(),
      ),
  );
  if (!credential) return Promise.resolve('');
  const renamed = renameModel(body.envelope, body.model, target.model);
  return new Promise((resolve) => {
    let ok = false;
    let text = '';
    deps.upstream.dispatch(
      {
        provider: target.provider,
        credentialId: credential.id,
        method: 'POST',
        path: target.provider.basePath + COUNT_TOKENS_PATH,
        headers: buildUpstreamHeaders(target, credential, question.clientHeaders, {
          sameDialect: true,
          stream: false,
        }),
        body: spliceBytes(body.envelope.bytes, renamed ? [renamed] : []),
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
