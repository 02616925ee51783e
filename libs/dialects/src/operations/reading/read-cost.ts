import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { NO_USAGE, type Usage } from '@turnpike/protocol';
import { countOf, objectOf, objectsOf } from '../../answer';
import { readGeminiUsage } from '../../gemini-generate/usage';
import { readChatUsage } from '../../openai-chat/usage';
import { readResponsesUsage } from '../../openai-responses/usage';
import type { OperationCost, UnitMeter, Units } from '../operation-wire';

const inputOnly = (tokens: number | undefined): Usage | undefined =>
  tokens === undefined ? undefined : { ...NO_USAGE, input: tokens };

/** Seconds begun are seconds: providers bill whole ones. */
const secondsOf = (value: Json | undefined): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.ceil(value) : undefined;

/** The `usage` member in the spellings there are: Chat's, Responses', a bare total. */
function readUsage(usage: JsonObject): Usage | undefined {
  if (usage.input_tokens !== undefined) return readResponsesUsage(usage);
  if (usage.completion_tokens !== undefined) return readChatUsage(usage);
  return inputOnly(countOf(usage.prompt_tokens) ?? countOf(usage.total_tokens));
}

/** Vendors that tell their figures in places of their own. */
function readElsewhere(body: JsonObject): Usage | undefined {
  const billed = objectOf(objectOf(body.meta)?.billed_units);
  if (billed?.input_tokens !== undefined || billed?.output_tokens !== undefined)
    return {
      ...NO_USAGE,
      input: countOf(billed.input_tokens) ?? 0,
      output: countOf(billed.output_tokens) ?? 0,
    };
  if (isObject(body.usageMetadata)) return readGeminiUsage(body.usageMetadata);
  // Titan, Ollama.
  const tokens = countOf(body.inputTextTokenCount) ?? countOf(body.prompt_eval_count);
  return tokens === undefined ? readPredictions(body) : inputOnly(tokens);
}

/** Vertex counts each text by itself. */
function readPredictions(body: JsonObject): Usage | undefined {
  const counts = objectsOf(body.predictions).map((each) =>
    countOf(objectOf(objectOf(each.embeddings)?.statistics)?.token_count),
  );
  if (counts.length === 0 || counts.some((count) => count === undefined)) return undefined;
  return inputOnly(counts.reduce<number>((sum, count) => sum + (count ?? 0), 0));
}

/** Imagen tells nothing but its pictures. */
const picturesOf = (body: JsonObject): number =>
  objectsOf(body.predictions).filter(({ bytesBase64Encoded }) => bytesBase64Encoded !== undefined).length;

function readUnits(body: JsonObject): Units | undefined {
  const billed = objectOf(objectOf(body.meta)?.billed_units);
  const usage = objectOf(body.usage);
  const found: readonly [UnitMeter, number | undefined][] = [
    ['search', countOf(billed?.search_units)],
    ['image', countOf(billed?.images) ?? picturesOf(body)],
    // What was told in tokens is not told in seconds again.
    [
      'audio_in',
      usage?.input_tokens === undefined ? (secondsOf(usage?.seconds) ?? secondsOf(body.duration)) : undefined,
    ],
  ];
  const units = found.filter(([, quantity]) => quantity !== undefined && quantity > 0);
  return units.length === 0 ? undefined : Object.fromEntries(units);
}

/** What an answer says that it cost, whichever vendor wrote it. */
export function readCost(body: JsonObject): OperationCost {
  const usage = (isObject(body.usage) ? readUsage(body.usage) : undefined) ?? readElsewhere(body);
  const units = readUnits(body);
  return { ...(usage && { usage }), ...(units && { units }) };
}

const INPUT_TOKENS = 'x-amzn-bedrock-input-token-count';
const OUTPUT_TOKENS = 'x-amzn-bedrock-output-token-count';

/** What the head of an answer says: Bedrock counts there for models that count nothing themselves. */
export function readHeadCost(headers: readonly string[]): OperationCost {
  const find = (name: string): number | undefined => {
    const at = headers.indexOf(name);
    return at < 0 ? undefined : countOf(Number(headers[at + 1]));
  };
  const input = find(INPUT_TOKENS);
  return input === undefined ? {} : { usage: { ...NO_USAGE, input, output: find(OUTPUT_TOKENS) ?? 0 } };
}

/** Figures of two answers together. */
export const addUsage = (a: Usage, b: Usage): Usage => ({
  input: a.input + b.input,
  cacheRead: a.cacheRead + b.cacheRead,
  cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
  cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
  cacheWriteUnknownTtl: a.cacheWriteUnknownTtl + b.cacheWriteUnknownTtl,
  output: a.output + b.output,
  reasoning: a.reasoning + b.reasoning,
});

function addUnits(a: Units | undefined, b: Units | undefined): Units | undefined {
  if (!a || !b) return a ?? b;
  const meters = [...new Set([...Object.keys(a), ...Object.keys(b)])] as UnitMeter[];
  return Object.fromEntries(meters.map((meter) => [meter, (a[meter] ?? 0) + (b[meter] ?? 0)]));
}

/** Costs of several answers to one question. Tokens are known when each of them told its own. */
export function sumCosts(costs: readonly OperationCost[]): OperationCost {
  const told = costs.flatMap(({ usage }) => (usage ? [usage] : []));
  const usage = told.length > 0 && told.length === costs.length ? told.reduce(addUsage) : undefined;
  const units = costs.map((cost) => cost.units).reduce(addUnits, undefined);
  return { ...(usage && { usage }), ...(units && { units }) };
}
