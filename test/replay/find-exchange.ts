import { UPSTREAM_DIALECTS } from '@turnpike/dialects';
import { isObject, type JsonObject } from '@turnpike/kernel';
import type { Recording } from './recording';
import { plainBytes } from './plain-bytes';
import { findServingPair } from './serving-pairs';
import { parseBytes } from './wire-text';

/** What a recording is about, where the gateway can stand between its two sides. */
export interface Exchange {
  readonly kind: 'generate' | 'count' | 'embed';
  /** Wire of the provider. */
  readonly dialect: string;
  /** Definition that serves it. */
  readonly provider: string;
  readonly model: string;
  /** The recorded client asked for a stream. */
  readonly stream: boolean;
  readonly body: JsonObject;
}

/** The gateway has nothing to do with it. */
export interface NotApplicable {
  readonly kind: 'not-applicable';
  readonly reason: string;
}

const skip = (reason: string): NotApplicable => ({ kind: 'not-applicable', reason });

interface Route {
  readonly path: RegExp;
  readonly dialect: string;
  readonly operation?: 'count' | 'embed';
  readonly streams?: boolean;
}

/** Paths of the operations that are translated; the first that fits decides. Groups name the model. */
const ROUTES: readonly Route[] = [
  { path: /\/messages\/count_tokens$/, dialect: 'anthropic-messages', operation: 'count' },
  { path: /\/responses\/input_tokens$/, dialect: 'openai-responses', operation: 'count' },
  { path: /\/models\/([^/]+):countTokens$/, dialect: 'gemini-generate', operation: 'count' },
  { path: /\/publishers\/anthropic\/models\/([^/]+):rawPredict$/, dialect: 'anthropic-messages' },
  {
    path: /\/publishers\/anthropic\/models\/([^/]+):streamRawPredict$/,
    dialect: 'anthropic-messages',
    streams: true,
  },
  { path: /\/publishers\/mistralai\/models\/([^/]+):rawPredict$/, dialect: 'openai-chat' },
  {
    path: /\/publishers\/mistralai\/models\/([^/]+):streamRawPredict$/,
    dialect: 'openai-chat',
    streams: true,
  },
  { path: /\/deployments\/([^/]+)\/embeddings$/, dialect: 'openai-chat', operation: 'embed' },
  { path: /\/embeddings$/, dialect: 'openai-chat', operation: 'embed' },
  { path: /\/models\/([^/]+):batchEmbedContents$/, dialect: 'gemini-generate', operation: 'embed' },
  { path: /\/v2\/embed$/, dialect: 'cohere-chat', operation: 'embed' },
  { path: /\/api\/embed$/, dialect: 'ollama-chat', operation: 'embed' },
  { path: /\/model\/([^/]+)\/count-tokens$/, dialect: 'bedrock-converse', operation: 'count' },
  { path: /\/([^/]+):generateContent$/, dialect: 'gemini-generate' },
  { path: /\/([^/]+):streamGenerateContent$/, dialect: 'gemini-generate', streams: true },
  { path: /\/model\/([^/]+)\/converse$/, dialect: 'bedrock-converse' },
  { path: /\/model\/([^/]+)\/converse-stream$/, dialect: 'bedrock-converse', streams: true },
  { path: /\/deployments\/([^/]+)\/chat\/completions$/, dialect: 'openai-chat' },
  { path: /\/chat\/completions$/, dialect: 'openai-chat' },
  { path: /\/responses$/, dialect: 'openai-responses' },
  { path: /\/messages$/, dialect: 'anthropic-messages' },
  { path: /\/v2\/chat$/, dialect: 'cohere-chat' },
  { path: /\/api\/chat$/, dialect: 'ollama-chat' },
];

/** Operations that have a name of their own in the totals. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/\/messages\/batches|\/batches|:batchGenerateContent/, 'batches'],
  [/\/responses\/compact$/, 'compaction of a conversation'],
  [/embed|:batchEmbedContents/i, 'embeddings'],
  [/\/moderations$/, 'moderations'],
  [/\/rerank$/, 'rerank'],
  [/\/audio\/|\/speech/, 'audio'],
  [/\/images\/|:generateImages/, 'images'],
  [/\/videos?\b|:predictLongRunning/, 'video'],
  [/\/cachedContents/, 'cached contents'],
  [/\/files\b|\/uploads?\b/, 'files'],
  [/\/model\/[^/]+\/invoke/, 'Bedrock invoke of another wire'],
  [/\/vector_stores|\/fileSearchStores/, 'vector stores'],
  [/\/models?$|\/models\/[^/:]+$/, 'model list'],
  [/\/completions$|\/v1\/complete$/, 'legacy completions'],
  [/\/v1\/(?:chat|generate)$|\/api\/generate$/, 'an older API of the vendor'],
  [/\/conversations\b/, 'stored conversations'],
  [/\/responses\/[^/]+/, 'stored responses'],
  [/\/mcp\/?$|\/sse$/, 'MCP'],
  [/\/assistants|\/threads/, 'assistants'],
  [/:predict$/, 'Vertex predict'],
  [/\/token$|\/oauth/, 'authentication'],
];

const INVOKE = /\/model\/([^/]+)\/invoke(-with-response-stream)?$/;

function pathOf(url: string): { host: string; path: string } {
  try {
    const { host, pathname } = new URL(url, 'http://unknown.invalid');
    return { host, path: decodeURIComponent(pathname).replace(/\/+$/, '') };
  } catch {
    return { host: '', path: url.replace(/[?#].*$/, '') };
  }
}

/** Where nothing in the URL tells: gateways and clouds with paths of their own, recognised by both bodies. */
function dialectByShape(body: JsonObject, answer: unknown): string | undefined {
  const told = Array.isArray(answer) ? (answer[0] as unknown) : answer;
  if (!isObject(told)) return undefined;
  if (Array.isArray(body.messages) && Array.isArray(told.choices)) return 'openai-chat';
  if (Array.isArray(body.messages) && told.type === 'message' && Array.isArray(told.content))
    return 'anthropic-messages';
  if (body.contents !== undefined && Array.isArray(told.candidates)) return 'gemini-generate';
  return body.input !== undefined && told.object === 'response' ? 'openai-responses' : undefined;
}

interface Found {
  readonly dialect: string;
  readonly model: string | undefined;
  readonly streams: boolean;
  readonly operation: Exchange['kind'];
}

function findByPath(path: string, body: JsonObject): Found | NotApplicable | undefined {
  const invoked = INVOKE.exec(path);
  if (invoked && (typeof body.anthropic_version === 'string' || /anthropic/.test(invoked[1] ?? ''))) {
    if (invoked[2]) return skip('Bedrock invoke: a stream of Messages in AWS frames');
    return { dialect: 'anthropic-messages', model: invoked[1], streams: false, operation: 'generate' };
  }
  for (const { path: pattern, dialect, operation = 'generate', streams } of ROUTES) {
    const hit = pattern.exec(path);
    if (!hit) continue;
    return { dialect, model: hit[1], streams: streams ?? body.stream === true, operation };
  }
  return undefined;
}

const nameOfOther = (path: string): string =>
  OTHERS.find(([pattern]) => pattern.test(path))?.[1] ?? 'an operation that is not known here';

/** What a recording is, by its URL and bodies. Never throws. */
export function findExchange(recording: Recording): Exchange | NotApplicable {
  const { request, response } = recording;
  const { host, path } = pathOf(request.url);
  if (response.status < 200) return skip('no answer over HTTP (1xx)');
  if (request.method !== 'POST') return skip(`${nameOfOther(path)} (${request.method})`);
  const json: unknown = parseBytes(plainBytes(request));
  const body = isObject(json) ? json : {};
  const byPath = findByPath(path, body);
  if (byPath && 'reason' in byPath) return byPath;
  const shape = byPath ? undefined : dialectByShape(body, parseBytes(plainBytes(response)));
  const found: Found | undefined =
    byPath ??
    (shape === undefined
      ? undefined
      : { dialect: shape, model: undefined, streams: body.stream === true, operation: 'generate' });
  if (!found) return skip(nameOfOther(path));
  const { dialect, operation, streams } = found;
  if (!Object.hasOwn(UPSTREAM_DIALECTS, dialect)) return skip(`${dialect}: not spoken`);
  const pair = findServingPair(host, dialect);
  if (pair === undefined) return skip(`${dialect}: no provider of it`);
  const model = typeof body.model === 'string' && body.model !== '' ? body.model : found.model;
  return { kind: operation, ...pair, model: model ?? 'unnamed', stream: streams, body };
}
