import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { anInteger, asText, checkMembers, nameSet, unknownMember } from '../wire/member-rules';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import type { ServiceCall, WireService } from '../wire/wire-service';
import { inputUsage, jsonReply } from '../wire/wire-service';
import { countOf, scoreOf } from './deterministic';

/** Members of the vendors that meet at this path; the second version takes fewer. */
const FIRST =
  nameSet(`model query documents top_n return_documents max_chunks_per_doc max_tokens_per_doc rank_fields
  truncate truncation`);
const SECOND = nameSet('model query documents top_n max_tokens_per_doc priority');

const documentText = (document: Json): string =>
  isObject(document) ? asText(document.text) : asText(document);
const documentsOf = ({ documents }: JsonObject): string[] =>
  Array.isArray(documents) ? documents.map(documentText) : [];
export const rerankQuery = (members: JsonObject): string[] => [asText(members.query)];

function checkRanked(members: JsonObject): VendorError | undefined {
  if (!asText(members.query)) return complain('query', 'invalid request: query is required');
  const documents = documentsOf(members);
  if (!documents.length || documents.includes(''))
    return complain('documents', 'invalid request: documents must hold at least one text, and no empty one');
  return checkMembers(members, { top_n: anInteger(1) });
}

/** The best documents first, as many as wanted. */
function rank(members: JsonObject): { index: number; relevance_score: number }[] {
  const query = asText(members.query);
  const scored = documentsOf(members).map((text, index) => ({
    index,
    relevance_score: scoreOf(query, text),
  }));
  const top = typeof members.top_n === 'number' ? members.top_n : scored.length;
  return scored.sort((a, b) => b.relevance_score - a.relevance_score).slice(0, top);
}

const tokensOf = ({ plan, wire: { members } }: ServiceCall): number =>
  plan?.in ?? documentsOf(members).reduce((sum, text) => sum + countOf(text), countOf(asText(members.query)));

function check(members: JsonObject, known: ReadonlySet<string>): VendorError | undefined {
  if (!asText(members.model)) return complain('model', 'invalid request: model is required');
  const extra = unknownMember(members, known);
  if (extra)
    return { ...complain(extra, `unknown field: parameter '${extra}' is not a valid field`), status: 422 };
  return checkRanked(members);
}

/** Rerank as most servers have it: results with their documents when asked, searches and tokens counted. */
export const rerank: WireService = {
  prompts: ({ members }) => rerankQuery(members),
  check: ({ members }) => check(members, FIRST),
  reply(call) {
    const { members } = call.wire;
    const documents = documentsOf(members);
    const results = rank(members).map(({ index, relevance_score }) => ({
      index,
      relevance_score,
      ...(members.return_documents === true ? { document: { text: documents[index] } } : {}),
    }));
    const tokens = tokensOf(call);
    const body = {
      id: '00000000-0000-4000-8000-000000000003',
      model: call.model,
      results,
      meta: { api_version: { version: '1' }, billed_units: { search_units: 1 } },
      usage: { total_tokens: tokens },
    };
    return jsonReply(JSON.stringify(body), inputUsage(tokens));
  },
};

/** Cohere's rerank of the second version: texts only, searches counted. */
export const cohereRerank: WireService = {
  prompts: ({ members }) => rerankQuery(members),
  check({ members }) {
    const isTexts =
      !Array.isArray(members.documents) || members.documents.every((d) => typeof d === 'string');
    return isTexts
      ? check(members, SECOND)
      : complain('documents', 'invalid request: documents must be a list of strings');
  },
  reply(call) {
    const body = {
      id: '00000000-0000-4000-8000-000000000004',
      results: rank(call.wire.members),
      meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } },
    };
    return jsonReply(JSON.stringify(body), inputUsage(tokensOf(call)));
  },
};

/** What is wrong with a body for a reranker of Bedrock. */
export function checkBedrockRerank(members: JsonObject, model: string): VendorError | undefined {
  const extra = unknownMember(members, nameSet('query documents top_n api_version max_tokens_per_doc'));
  if (extra)
    return complain(
      '',
      `Malformed input request: #: extraneous key [${extra}] is not permitted, please reformat your input and try again.`,
    );
  if (model.includes('cohere') && !(Number(members.api_version) >= 2))
    return complain(
      '',
      'Malformed input request: #: required key [api_version] not found, please reformat your input and try again.',
    );
  return checkRanked(members);
}

export const bedrockRanking = (members: JsonObject): JsonObject => ({ results: rank(members) });
