import type { JsonObject } from '@turnpike/kernel';
import {
  compact,
  otherMembers,
  readArray,
  readBoolean,
  readInteger,
  readNumber,
  readObject,
  readString,
  refuse,
  requireString,
  type ChatRequest,
  type Effort,
  type OutputFormat,
  type ReasoningRequest,
} from '@turnpike/protocol';
import { camelMembers } from '../wire';
import { toJsonSchema } from './json-schema';

const AT = 'generationConfig';
const TEMPERATURE = { min: 0, max: 2 };
const SHARE = { min: 0, max: 1 };
const PENALTY = { min: -2, max: 2 };
/** Each is looked for in every piece of the answer. */
const MOST_STOPS = 256;

const KNOWN: ReadonlySet<string> = new Set([
  ...'temperature topP topK maxOutputTokens stopSequences candidateCount seed presencePenalty'.split(' '),
  ...'frequencyPenalty responseLogprobs logprobs responseMimeType responseSchema responseJsonSchema'.split(
    ' ',
  ),
  'thinkingConfig',
  // An old spelling that some SDKs still send.
  '_responseJsonSchema',
]);
const THINKING = new Set(['includeThoughts', 'thinkingBudget', 'thinkingLevel']);

const EFFORTS: ReadonlyMap<string, Effort> = new Map([
  ['minimal', 'minimal'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['xhigh', 'xhigh'],
]);

/** Protocol buffers say 0 where nothing was said. */
const orAbsent = (value: number | undefined): number | undefined => (value === 0 ? undefined : value);

function decodeStops(config: JsonObject): string[] | undefined {
  const stops = readArray(config.stopSequences, `${AT}.stopSequences`);
  if (stops && stops.length > MOST_STOPS)
    refuse(`${AT}.stopSequences`, `must hold at most ${MOST_STOPS} strings`);
  return stops?.map((stop, i) => requireString(stop, `${AT}.stopSequences[${i}]`));
}

function decodeLogprobs(config: JsonObject): ChatRequest['logprobs'] {
  const top = readInteger(config.logprobs, `${AT}.logprobs`, 0);
  return readBoolean(config.responseLogprobs, `${AT}.responseLogprobs`) === true
    ? compact({ top })
    : undefined;
}

function decodeFormat(config: JsonObject): OutputFormat | undefined {
  const mimeType = readString(config.responseMimeType, `${AT}.responseMimeType`);
  const json =
    readObject(config.responseJsonSchema, `${AT}.responseJsonSchema`) ??
    readObject(config._responseJsonSchema, `${AT}.responseJsonSchema`);
  const classic = readObject(config.responseSchema, `${AT}.responseSchema`);
  const schema = json ?? (classic && toJsonSchema(classic));
  if (mimeType !== undefined && mimeType !== 'application/json') return undefined;
  if (schema) return { kind: 'schema', schema };
  return mimeType === undefined ? undefined : { kind: 'json' };
}

/** `thinkingConfig`. A client that does not ask for thoughts is not shown any. */
function decodeReasoning(config: JsonObject): ReasoningRequest | undefined {
  const at = `${AT}.thinkingConfig`;
  const given = readObject(config.thinkingConfig, at);
  if (!given) return undefined;
  const thinking = camelMembers(given);
  const level = readString(thinking.thinkingLevel, `${at}.thinkingLevel`)?.toLowerCase();
  const tokens = readInteger(thinking.thinkingBudget, `${at}.thinkingBudget`, -1);
  const shown = readBoolean(thinking.includeThoughts, `${at}.includeThoughts`) === true;
  const effort = level === undefined ? undefined : EFFORTS.get(level);
  const show = shown ? 'auto' : 'omitted';
  if (tokens === 0) return { effort: 'none' };
  if (effort !== undefined) return { effort, show };
  if (tokens !== undefined && tokens > 0) return { budget: tokens, show };
  return tokens === -1 || shown ? { budget: 'auto', show } : undefined;
}

/** Members that only this dialect knows, and a format that only it has. */
function decodeNative(config: JsonObject): JsonObject | undefined {
  const thinking = readObject(config.thinkingConfig, `${AT}.thinkingConfig`);
  const more = thinking && otherMembers(camelMembers(thinking), THINKING);
  const mimeType = readString(config.responseMimeType, `${AT}.responseMimeType`);
  const special = mimeType !== undefined && mimeType !== 'application/json' && mimeType !== 'text/plain';
  const { responseMimeType, responseSchema, responseJsonSchema } = config;
  const native = compact<JsonObject>({
    ...otherMembers(config, KNOWN),
    ...(special ? { responseMimeType, responseSchema, responseJsonSchema } : {}),
    thinkingConfig: more,
  });
  return Object.keys(native).length === 0 ? undefined : native;
}

export type DecodedConfig = Partial<ChatRequest> & { readonly nativeConfig?: JsonObject };

/** `generationConfig`. */
export function decodeConfig(body: JsonObject): DecodedConfig {
  const config = camelMembers(readObject(body.generationConfig, AT) ?? {});
  return compact<DecodedConfig>({
    maxTokens: orAbsent(readInteger(config.maxOutputTokens, `${AT}.maxOutputTokens`, 0)),
    temperature: readNumber(config.temperature, `${AT}.temperature`, TEMPERATURE),
    topP: readNumber(config.topP, `${AT}.topP`, SHARE),
    topK: orAbsent(readInteger(config.topK, `${AT}.topK`, 0)),
    stop: decodeStops(config),
    seed: readInteger(config.seed, `${AT}.seed`, Number.MIN_SAFE_INTEGER),
    choices: orAbsent(readInteger(config.candidateCount, `${AT}.candidateCount`, 0)),
    presencePenalty: readNumber(config.presencePenalty, `${AT}.presencePenalty`, PENALTY),
    frequencyPenalty: readNumber(config.frequencyPenalty, `${AT}.frequencyPenalty`, PENALTY),
    logprobs: decodeLogprobs(config),
    format: decodeFormat(config),
    reasoning: decodeReasoning(config),
    nativeConfig: decodeNative(config),
  });
}
