import { chatDialect } from '../chat/chat-dialect';
import { vertexAnthropic } from '../hosts/vertex-anthropic';
import { vertexGemini } from '../hosts/vertex-gemini';
import { vertexPredict } from '../operations/embeddings/vertex-predict';
import type { WireDialect } from '../wire/wire-dialect';
import type { Route } from './route';
import { counts, generates, serves } from './route';

const PLACE = /\/projects\/[^/]+\/locations\/[^/]+(\/.+)$/;
const MODEL = /^\/publishers\/(google|anthropic)\/models\/(.+):(\w+)$/;

const bearerChat: WireDialect = { ...chatDialect, needsCredential: true };
const GOOGLE: Readonly<Record<string, Route>> = {
  generateContent: generates(vertexGemini),
  streamGenerateContent: { ...generates(vertexGemini), streams: true },
  countTokens: counts(vertexGemini),
  predict: serves(vertexGemini, 'embeddings', vertexPredict),
};
const ANTHROPIC: Readonly<Record<string, Route>> = {
  rawPredict: generates(vertexAnthropic),
  streamRawPredict: { ...generates(vertexAnthropic), streams: true },
};

function findModel(rest: string): Route | undefined {
  const [, publisher, name = '', verb = ''] = MODEL.exec(rest) ?? [];
  const table = publisher === 'google' ? GOOGLE : ANTHROPIC;
  if (publisher === undefined || !Object.hasOwn(table, verb)) return undefined;
  // Counting is asked of a model that is none; the real one stands in the body.
  if (publisher === 'anthropic' && name === 'count-tokens') return counts(vertexAnthropic);
  const route = table[verb];
  const modelId = decodeURIComponent(name);
  const makesImages = verb === 'predict' && !modelId.includes('embedding');
  return route && { ...route, modelId, ...(makesImages ? { operation: 'image-generations' } : {}) };
}

/** Vertex' paths: a publisher's models at a place of a project, or chats in OpenAI's shape. */
export function findVertex(path: string): Route | undefined {
  const [, rest] = PLACE.exec(path) ?? [];
  if (rest === undefined) return undefined;
  const route = rest === '/endpoints/openapi/chat/completions' ? generates(bearerChat) : findModel(rest);
  return route && { ...route, host: 'vertex' };
}
