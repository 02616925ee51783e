import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { withoutReminders } from '../chat/understand-chat';
import { asText, objectsOf } from '../wire/member-rules';
import type { ToolOffer, Understood } from '../wire/wire-dialect';
import type { WireRequest } from '../wire/wire-request';
import { declarationsOf } from './check-tools';
import { readGeminiRequest } from './read-request';

const textsOf = (content: Json | undefined): string[] =>
  objectsOf(isObject(content) ? content.parts : undefined).flatMap((part) =>
    typeof part.text === 'string' && part.thought !== true ? [part.text] : [],
  );

/** The text that a result holds, however it is wrapped. */
function resultText(response: Json | undefined): string {
  if (!isObject(response)) return '';
  const only = response.output ?? response.result ?? response.error;
  return typeof only === 'string' && Object.keys(response).length === 1 ? only : JSON.stringify(response);
}

const resultsOf = (content: JsonObject): string[] =>
  objectsOf(content.parts).flatMap((part) =>
    isObject(part.functionResponse) ? [resultText(part.functionResponse.response)] : [],
  );

/** The vendor's schemas write types in capitals. */
function lowerTypes(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map(lowerTypes);
  if (!isObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === 'type' && typeof member === 'string' ? member.toLowerCase() : lowerTypes(member),
    ]),
  );
}
const schemaOf = (own: Json | undefined, json: Json | undefined): JsonObject | undefined => {
  if (isObject(json)) return json;
  const lowered = isObject(own) ? lowerTypes(own) : undefined;
  return isObject(lowered) ? lowered : undefined;
};

const toolsOf = (request: JsonObject): ToolOffer[] =>
  declarationsOf(request).map((each) => ({
    name: asText(each.name),
    schema: schemaOf(each.parameters, each.parametersJsonSchema) ?? {},
  }));

function mustCall(config: JsonObject): string | undefined {
  if (config.mode !== 'ANY') return undefined;
  const [only, ...more] = Array.isArray(config.allowedFunctionNames) ? config.allowedFunctionNames : [];
  return typeof only === 'string' && !more.length ? only : '*';
}

const countImages = (contents: readonly JsonObject[]): number => {
  const parts = contents.flatMap((content) => objectsOf(content.parts));
  const inside = parts.flatMap((part) =>
    isObject(part.functionResponse) ? objectsOf(part.functionResponse.parts) : [],
  );
  return [...parts, ...inside].filter((part) => {
    const media = part.inlineData ?? part.fileData;
    return isObject(media) && asText(media.mimeType).startsWith('image/');
  }).length;
};

/** Where the client's part of the conversation ends: some clients send it as several contents. */
const afterModel = (contents: readonly JsonObject[]): number =>
  contents.findLastIndex((content) => content.role === 'model') + 1;

const lengthOf = (content: JsonObject): number =>
  textsOf(content).join('').length + resultsOf(content).join('').length + 4;

/** Whether the caller gets to see thoughts. */
export const showsThoughts = (request: JsonObject): boolean => {
  const config = isObject(request.generationConfig) ? request.generationConfig.thinkingConfig : undefined;
  return isObject(config) && config.includeThoughts === true;
};

/** What a checked generateContent request means. */
export function understandGemini(wire: WireRequest): Understood {
  const { request } = readGeminiRequest(wire);
  const config = isObject(request.generationConfig) ? request.generationConfig : {};
  const contents = objectsOf(request.contents);
  const calling = isObject(request.toolConfig) ? request.toolConfig.functionCallingConfig : undefined;
  const calls = isObject(calling) ? calling : {};
  const schema = schemaOf(config.responseSchema, config.responseJsonSchema);
  return {
    streams: wire.streams,
    cap: config.maxOutputTokens === undefined ? undefined : Number(config.maxOutputTokens),
    tools: toolsOf(request),
    mayCall: calls.mode !== 'NONE',
    mustCall: mustCall(calls),
    userTexts: contents
      .filter((content) => content.role !== 'model')
      .flatMap((content) => textsOf(content).map(withoutReminders))
      .filter((text) => text !== ''),
    results: contents.slice(afterModel(contents)).flatMap(resultsOf),
    imageCount: countImages(contents),
    thinks: showsThoughts(request),
    stops: Array.isArray(config.stopSequences) ? config.stopSequences.map(String) : [],
    wantsUsage: true,
    answerSchema: schema,
    wantsJson: config.responseMimeType === 'application/json' && schema === undefined,
    choices: Number(config.candidateCount ?? 1),
    promptCharacters: contents.reduce(
      (sum, content) => sum + lengthOf(content),
      textsOf(request.systemInstruction).join('').length,
    ),
  };
}
