import type { JsonObject } from '@turnpike/kernel';
import { aBoolean, asText, checkMembers, nameSet, unknownMember } from '../../wire/member-rules';
import type { VendorError } from '../../wire/vendor-error';
import { complain } from '../../wire/vendor-error';
import type { Reply, ServiceCall, WireService } from '../../wire/wire-service';
import { inputUsage, jsonReply } from '../../wire/wire-service';
import { countOf, vectorOf } from '../deterministic';
import { bedrockRanking, checkBedrockRerank, rerankQuery } from '../rerank';
import { checkCohereEmbed, embeddingsByType, textsOf } from './cohere-embed';
import { dimensionsOf } from './dimensions';

const say = (message: string): VendorError => complain('', message);
const malformed = (key: string): VendorError =>
  say(
    `Malformed input request: #: extraneous key [${key}] is not permitted, please reformat your input and try again.`,
  );

/** What one family of models takes in a body of its own and gives back. */
interface Family {
  readonly matches: RegExp;
  texts(members: JsonObject): string[];
  check(members: JsonObject, model: string): VendorError | undefined;
  answer(members: JsonObject, model: string): JsonObject;
}

function checkTitan(members: JsonObject, model: string): VendorError | undefined {
  const isFirst = /titan-embed-(text-v1|g1)/.test(model);
  const extra = unknownMember(
    members,
    nameSet(isFirst ? 'inputText' : 'inputText dimensions normalize embeddingTypes'),
  );
  if (extra) return malformed(extra);
  if (!asText(members.inputText))
    return say(
      'Malformed input request: expected minLength: 1, actual: 0, please reformat your input and try again.',
    );
  const size = members.dimensions;
  return size === undefined || [256, 512, 1024].includes(Number(size))
    ? checkMembers(members, { normalize: aBoolean })
    : say(
        `Malformed input request: #/dimensions: ${JSON.stringify(size)} is not a valid enum value, please reformat your input and try again.`,
      );
}

function titanAnswer(members: JsonObject, model: string): JsonObject {
  const text = asText(members.inputText);
  const full = dimensionsOf(model);
  const embedding = vectorOf(text, full, Number(members.dimensions ?? full), members.normalize !== false);
  return { embedding, inputTextTokenCount: countOf(text), embeddingsByType: { float: embedding } };
}

function checkCohere(members: JsonObject, model: string): VendorError | undefined {
  const extra = unknownMember(
    members,
    nameSet('texts images inputs input_type truncate embedding_types output_dimension max_tokens'),
  );
  return extra ? malformed(extra) : checkCohereEmbed(members, model);
}

function cohereAnswer(members: JsonObject, model: string): JsonObject {
  const byType = embeddingsByType(members, model);
  const isTyped = members.embedding_types !== undefined;
  return {
    id: '00000000-0000-4000-8000-000000000002',
    texts: textsOf(members),
    embeddings: isTyped ? byType : byType.float,
    response_type: isTyped ? 'embeddings_by_type' : 'embeddings_floats',
  };
}

const FAMILIES: readonly Family[] = [
  {
    matches: /amazon\.titan-embed/,
    texts: (members) => [asText(members.inputText)],
    check: checkTitan,
    answer: titanAnswer,
  },
  { matches: /cohere\.embed/, texts: textsOf, check: checkCohere, answer: cohereAnswer },
  { matches: /rerank/, texts: rerankQuery, check: checkBedrockRerank, answer: bedrockRanking },
];

const familyOf = (model: string): Family | undefined => FAMILIES.find(({ matches }) => matches.test(model));

function reply({ wire: { members }, plan, model }: ServiceCall): Reply {
  const family = familyOf(model);
  const tokens = plan?.in ?? family?.texts(members).reduce((sum, text) => sum + countOf(text), 0) ?? 0;
  const headers = { 'x-amzn-bedrock-input-token-count': String(tokens) };
  return { ...jsonReply(JSON.stringify(family?.answer(members, model)), inputUsage(tokens)), headers };
}

/** Models of Bedrock that are asked in words of their own: embeddings and rerankers. */
export const bedrockInvoke: WireService = {
  prompts: ({ members, modelId = '' }) => familyOf(modelId)?.texts(members) ?? [],
  check: ({ members, modelId = '' }) => {
    const family = familyOf(modelId);
    return family ? family.check(members, modelId) : say('The provided model identifier is invalid.');
  },
  reply,
};
