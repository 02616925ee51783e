import type { IncomingHttpHeaders } from 'node:http';
import { bedrockDialect } from '../bedrock/bedrock-dialect';
import { chatDialect } from '../chat/chat-dialect';
import { cohereDialect } from '../cohere/cohere-dialect';
import { geminiDialect } from '../gemini/gemini-dialect';
import { messagesDialect } from '../messages/messages-dialect';
import { ollamaDialect } from '../ollama/ollama-dialect';
import { bedrockInvoke } from '../operations/embeddings/bedrock-invoke';
import { cohereEmbed } from '../operations/embeddings/cohere-embed';
import { batchEmbedContents, embedContent } from '../operations/embeddings/gemini-embeddings';
import { ollamaEmbed } from '../operations/embeddings/ollama-embed';
import { cohereRerank, rerank } from '../operations/rerank';
import { entraToken } from '../operations/tokens/entra-token';
import { googleToken } from '../operations/tokens/google-token';
import { oauthFace } from '../operations/tokens/oauth-face';
import type { WireFace } from '../wire/wire-dialect';
import type { Route, RouteRow } from './route';
import { counts, generates, serves } from './route';
import { findAzure, OPENAI_POSTS } from './openai-routes';
import { findVertex } from './vertex-routes';

export type { Route } from './route';

/** By the end of the path, whatever stands before. */
const POSTS: readonly RouteRow[] = [
  ...OPENAI_POSTS,
  ['/messages', generates(messagesDialect)],
  ['/messages/count_tokens', counts(messagesDialect)],
  ['/v2/chat', generates(cohereDialect)],
  ['/v2/embed', serves(cohereDialect, 'embeddings', cohereEmbed)],
  ['/v2/rerank', serves(cohereDialect, 'rerank', cohereRerank)],
  ['/rerank', serves(chatDialect, 'rerank', rerank)],
  ['/api/chat', generates(ollamaDialect)],
  ['/api/embed', serves(ollamaDialect, 'embeddings', ollamaEmbed)],
  ['/oauth2/v2.0/token', serves(oauthFace, 'token', entraToken)],
  ['/token', serves(oauthFace, 'token', googleToken)],
];

const GEMINI: Readonly<Record<string, Route>> = {
  generateContent: generates(geminiDialect),
  streamGenerateContent: { ...generates(geminiDialect), streams: true },
  countTokens: counts(geminiDialect),
  embedContent: serves(geminiDialect, 'embeddings', embedContent),
  batchEmbedContents: serves(geminiDialect, 'embeddings', batchEmbedContents),
};
const BEDROCK: Readonly<Record<string, Route>> = {
  converse: generates(bedrockDialect),
  'converse-stream': { ...generates(bedrockDialect), streams: true },
  'count-tokens': counts(bedrockDialect),
  invoke: serves(bedrockDialect, 'embeddings', bedrockInvoke),
};

const own = (table: Readonly<Record<string, Route>>, verb: string | undefined): Route | undefined =>
  verb !== undefined && Object.hasOwn(table, verb) ? table[verb] : undefined;

/** Paths that name a model and what to do with it: Google's, parted by the last colon, and Amazon's. */
function findVerb(path: string): Route | undefined {
  const google = /\/models\/(.+):(\w+)$/.exec(path);
  const amazon = /\/model\/([^/]+)\/([\w-]+)$/.exec(path);
  const route = google ? own(GEMINI, google[2]) : own(BEDROCK, amazon?.[2]);
  const modelId = decodeURIComponent(String((google ?? amazon)?.[1]));
  if (!route) return undefined;
  const reranks = route.operation === 'embeddings' && /rerank/.test(modelId);
  return { ...route, modelId, ...(reranks ? { operation: 'rerank' } : {}) };
}

/** Whose model list is wanted: told by version in the path and by headers. */
function listFace(path: string, headers: IncomingHttpHeaders): WireFace {
  if (headers['anthropic-version'] !== undefined) return messagesDialect;
  return path.startsWith('/v1beta/') || headers['x-goog-api-key'] !== undefined ? geminiDialect : chatDialect;
}

function findPost(path: string): Route | undefined {
  const hosted = findAzure(path) ?? findVertex(path);
  return hosted ?? POSTS.find(([end]) => path.endsWith(end))?.[1] ?? findVerb(path);
}

/** Which wire a request speaks; the model list by its headers. */
export function findRoute(method: string, path: string, headers: IncomingHttpHeaders): Route | undefined {
  if (method === 'POST') return findPost(path);
  if (method !== 'GET') return undefined;
  const face = listFace(path, headers);
  if (path.endsWith('/models')) return { face, operation: 'list-models', host: 'vendor' };
  const model = /\/models\/(.+)$/.exec(path);
  return model
    ? { face, operation: 'get-model', host: 'vendor', modelId: decodeURIComponent(String(model[1])) }
    : undefined;
}
