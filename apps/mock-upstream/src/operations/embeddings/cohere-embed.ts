import type { Json, JsonObject } from '@turnpike/kernel';
import { asText, nameSet, unknownMember } from '../../wire/member-rules';
import type { VendorError } from '../../wire/vendor-error';
import { complain } from '../../wire/vendor-error';
import type { WireService } from '../../wire/wire-service';
import { inputUsage, jsonReply } from '../../wire/wire-service';
import { countOf, packVector, vectorOf } from '../deterministic';
import { dimensionsOf } from './dimensions';

const KNOWN = nameSet(
  'model input_type texts images inputs embedding_types output_dimension truncate max_tokens priority',
);
const INPUT_TYPES = ['search_document', 'search_query', 'classification', 'clustering', 'image'];
const TYPES = ['float', 'int8', 'uint8', 'binary', 'ubinary', 'base64'];
const LARGEST_BATCH = 96;

const say = (at: string, words: string): VendorError => complain(at, `invalid request: ${words}`);
export const textsOf = (members: JsonObject): string[] =>
  Array.isArray(members.texts) ? members.texts.map(asText) : [];

const isListOf = (value: Json | undefined, words: readonly string[]): boolean =>
  Array.isArray(value) && value.every((word) => words.includes(asText(word)));

/** What is wrong with the members that both of the vendor's doors share. */
export function checkCohereEmbed(members: JsonObject, model: string): VendorError | undefined {
  const texts = textsOf(members);
  if (!texts.length || texts.some((text) => text === ''))
    return say('texts', 'texts must hold at least one text, and no empty one');
  if (texts.length > LARGEST_BATCH)
    return say('texts', `total number of texts must be at most ${LARGEST_BATCH} - received ${texts.length}`);
  if (!INPUT_TYPES.includes(asText(members.input_type)))
    return say('input_type', `input_type is required and must be one of ${INPUT_TYPES.join(', ')}`);
  if (members.embedding_types !== undefined && !isListOf(members.embedding_types, TYPES))
    return say('embedding_types', `embedding_types must be a list of ${TYPES.join(', ')}`);
  const size = members.output_dimension;
  if (size === undefined) return undefined;
  if (!/embed-v4/.test(model) && dimensionsOf(model) === 1024)
    return say('output_dimension', 'output_dimension is not supported by this model');
  return typeof size === 'number' && size >= 1 && size <= dimensionsOf(model)
    ? undefined
    : say('output_dimension', 'output_dimension must be one of 256, 512, 1024, 1536');
}

/** Vectors by the type that was asked for. */
export function embeddingsByType(members: JsonObject, model: string): JsonObject {
  const full = dimensionsOf(model);
  const kept = typeof members.output_dimension === 'number' ? members.output_dimension : full;
  const vectors = textsOf(members).map((text) => vectorOf(text, full, kept));
  const types = Array.isArray(members.embedding_types) ? members.embedding_types.map(asText) : ['float'];
  const small = (vector: number[]): number[] => vector.map((value) => Math.round(value * 127));
  const spell = (type: string): Json => {
    if (type === 'float') return vectors;
    return type === 'base64' ? vectors.map(packVector) : vectors.map(small);
  };
  return Object.fromEntries(types.map((type) => [type, spell(type)]));
}

/** Cohere's embeddings of the second version. */
export const cohereEmbed: WireService = {
  prompts: ({ members }) => textsOf(members),
  check({ members }) {
    if (!asText(members.model)) return say('model', 'model is required');
    const extra = unknownMember(members, KNOWN);
    if (extra)
      return { ...say(extra, `unknown field: parameter '${extra}' is not a valid field`), status: 422 };
    if (members.embedding_types === undefined) return say('embedding_types', 'embedding_types is required');
    return checkCohereEmbed(members, asText(members.model));
  },
  reply({ wire: { members }, plan, model }) {
    const texts = textsOf(members);
    const tokens = plan?.in ?? texts.reduce((sum, text) => sum + countOf(text), 0);
    const body = {
      id: '00000000-0000-4000-8000-000000000001',
      embeddings: embeddingsByType(members, model),
      texts,
      meta: { api_version: { version: '2' }, billed_units: { input_tokens: tokens } },
      response_type: 'embeddings_by_type',
    };
    return jsonReply(JSON.stringify(body), inputUsage(tokens));
  },
};
