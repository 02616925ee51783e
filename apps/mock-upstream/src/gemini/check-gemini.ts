import type { JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText, firstProblem, objectsOf } from '../wire/member-rules';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import type { WireRequest } from '../wire/wire-request';
import { checkContents } from './check-contents';
import { checkSchema } from './check-schema';
import { checkSignatures } from './check-signatures';
import { checkGeminiTools, declarationsOf } from './check-tools';
import type { GeminiTraits } from './gemini-models';
import { geminiTraits } from './gemini-models';
import { readGeminiRequest } from './read-request';

const RANGES: Readonly<Record<string, readonly [low: number, high: number]>> = {
  temperature: [0, 2],
  topP: [0, 1],
  candidateCount: [1, 8],
  maxOutputTokens: [1, 1_000_000],
};
const say = (at: string, words: string): VendorError =>
  complain('', `* GenerateContentRequest.generation_config.${at}: ${words}\n`);

function checkNumbers(config: JsonObject): VendorError | undefined {
  for (const [name, [low, high]] of Object.entries(RANGES)) {
    const value = config[name];
    if (value !== undefined && (Number(value) < low || Number(value) > high))
      return say(
        name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        `must be in the range [${low}, ${high}].`,
      );
  }
  return Array.isArray(config.stopSequences) && config.stopSequences.length > 5
    ? say('stop_sequences', 'at most 5 stop sequences are allowed.')
    : undefined;
}

function checkThinking(config: JsonObject, { budget, levels }: GeminiTraits): VendorError | undefined {
  const thinking = config.thinkingConfig;
  if (!isObject(thinking)) return undefined;
  const level = asText(thinking.thinkingLevel);
  const given = thinking.thinkingBudget === undefined ? undefined : Number(thinking.thinkingBudget);
  if (!budget) return complain('', 'Thinking is not supported by this model.');
  const says = level && level !== 'THINKING_LEVEL_UNSPECIFIED';
  if (says && given !== undefined)
    return complain('', 'You can only set only one of thinking budget and thinking level.');
  if (says && !levels) return complain('', 'Thinking level is not supported for this model.');
  if (given === undefined || given === -1) return undefined;
  if (given === 0)
    return budget.off
      ? undefined
      : complain('', 'Budget 0 is invalid. This model only works in thinking mode.');
  return given < budget.low || given > budget.high
    ? complain(
        '',
        `The thinking budget ${given} is invalid. Please choose a value between ${budget.low} and ${budget.high}.`,
      )
    : undefined;
}

function checkFormat(request: JsonObject, config: JsonObject, traits: GeminiTraits): VendorError | undefined {
  const mime = asText(config.responseMimeType);
  const schema = config.responseSchema ?? config.responseJsonSchema;
  if (!['', 'text/plain', 'application/json', 'text/x.enum'].includes(mime))
    return say(
      'response_mime_type',
      `allowed mimetypes are 'text/plain', 'application/json', 'application/xml', 'application/yaml' and 'text/x.enum'.`,
    );
  if (config.responseSchema !== undefined && config.responseJsonSchema !== undefined)
    return say('response_json_schema', 'response_schema and response_json_schema are mutually exclusive.');
  if (schema !== undefined && (mime === '' || mime === 'text/plain'))
    return say(
      'response_mime_type',
      `when response_schema is set, response_mime_type must be 'application/json' or 'text/x.enum'.`,
    );
  if (mime === 'application/json' && declarationsOf(request).length && !traits.jsonWithTools)
    return complain('', "Function calling with a response mime type: 'application/json' is unsupported");
  return isObject(config.responseSchema)
    ? checkSchema(config.responseSchema, 'generation_config.response_schema', true)
    : undefined;
}

function checkConfig(request: JsonObject, traits: GeminiTraits): VendorError | undefined {
  const config = isObject(request.generationConfig) ? request.generationConfig : {};
  const penalised = config.presencePenalty !== undefined || config.frequencyPenalty !== undefined;
  if (penalised && !traits.penalties) return complain('', 'Penalty is not enabled for this model');
  return checkNumbers(config) ?? checkThinking(config, traits) ?? checkFormat(request, config, traits);
}

/** What belongs to nobody here, and is therefore not to be found. */
function checkReferences(request: JsonObject): VendorError | undefined {
  if (request.cachedContent !== undefined)
    return complain('', 'CachedContent not found (or permission denied)', 403);
  const uris = objectsOf(request.contents)
    .flatMap((content) => objectsOf(content.parts))
    .map((part) => (isObject(part.fileData) ? asText(part.fileData.fileUri) : ''));
  const file = uris.find((uri) => uri.includes('/files/') || uri.startsWith('file-'));
  return file === undefined
    ? undefined
    : complain('', `You do not have permission to access the File ${file} or it may not exist.`, 403);
}

/** The vendor's complaint about a request to generate or to count, or undefined. */
export function checkGemini(wire: WireRequest): VendorError | undefined {
  if (!isObject(wire.body)) return complain('', 'Invalid JSON payload received. Unexpected token.');
  const { request, problem } = readGeminiRequest(wire);
  if (problem) return problem;
  const traits = geminiTraits(wire.modelId ?? '');
  const generates = wire.operation === 'generate';
  return firstProblem([
    () => checkContents(request, traits.prefill),
    () => checkConfig(request, traits),
    () => checkGeminiTools(request),
    () => checkReferences(request),
    () => checkSignatures(request, wire.seal, generates && traits.signedCalls),
  ]);
}
