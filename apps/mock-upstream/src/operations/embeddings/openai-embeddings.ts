import type { Json, JsonObject } from '@turnpike/kernel';
import { asText, nameSet, unknownMember } from '../../wire/member-rules';
import type { VendorError } from '../../wire/vendor-error';
import { complain } from '../../wire/vendor-error';
import type { WireRequest } from '../../wire/wire-request';
import type { WireService } from '../../wire/wire-service';
import { inputUsage, jsonReply } from '../../wire/wire-service';
import { countOf, packVector, vectorOf } from '../deterministic';
import { dimensionsOf } from './dimensions';

const KNOWN = nameSet('model input encoding_format dimensions user');
const LARGEST_BATCH = 2048;

const isTokens = (value: Json): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((n) => Number.isInteger(n));

/** Each input as a text to embed and its tokens; token arrays are texts of their own. undefined: no valid input. */
function inputsOf(input: Json | undefined): { text: string; tokens: number }[] | undefined {
  if (typeof input === 'string' || (input !== undefined && isTokens(input))) return inputsOf([input]);
  if (!Array.isArray(input) || !input.length || input.length > LARGEST_BATCH) return undefined;
  const isUniform = input.every((item) => typeof item === 'string' && item !== '') || input.every(isTokens);
  if (!isUniform) return undefined;
  return input.map((item) =>
    typeof item === 'string'
      ? { text: item, tokens: countOf(item) }
      : { text: `tokens ${JSON.stringify(item)}`, tokens: Array.isArray(item) ? item.length : 0 },
  );
}

function check({ members, modelId }: WireRequest): VendorError | undefined {
  const model = modelId ?? asText(members.model);
  if (!model) return complain('model', 'you must provide a model parameter');
  const extra = unknownMember(members, KNOWN);
  if (extra) return complain(extra, `Unrecognized request argument supplied: ${extra}`);
  if (!inputsOf(members.input))
    return complain(
      'input',
      "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
    );
  const { encoding_format: encoding, dimensions } = members;
  if (encoding !== undefined && encoding !== 'float' && encoding !== 'base64')
    return complain(
      'encoding_format',
      `'${JSON.stringify(encoding)}' is not one of ['float', 'base64'] - 'encoding_format'`,
    );
  if (dimensions === undefined) return undefined;
  if (model.includes('ada-002'))
    return complain('dimensions', 'This model does not support specifying dimensions.');
  const full = dimensionsOf(model);
  return typeof dimensions === 'number' &&
    Number.isInteger(dimensions) &&
    dimensions >= 1 &&
    dimensions <= full
    ? undefined
    : complain(
        'dimensions',
        `Invalid value for 'dimensions' = ${JSON.stringify(dimensions)}. Must be less than or equal to ${full}.`,
      );
}

/** OpenAI's embeddings, as numbers or packed. */
export const openaiEmbeddings: WireService = {
  prompts: ({ members }) => (inputsOf(members.input) ?? []).map(({ text }) => text),
  check: (wire) => check(wire),
  reply({ wire, plan, model }) {
    const { input, dimensions, encoding_format: encoding } = wire.members;
    const inputs = inputsOf(input) ?? [];
    const full = dimensionsOf(model);
    const data = inputs.map(({ text }, index): JsonObject => {
      const values = vectorOf(text, full, typeof dimensions === 'number' ? dimensions : full);
      const embedding = encoding === 'base64' ? packVector(values) : values;
      return { object: 'embedding', index, embedding };
    });
    const tokens = plan?.in ?? inputs.reduce((sum, each) => sum + each.tokens, 0);
    const usage = plan?.noUsage ? {} : { usage: { prompt_tokens: tokens, total_tokens: tokens } };
    const body = { object: 'list', data, model, ...usage };
    return jsonReply(JSON.stringify(body), plan?.noUsage ? undefined : inputUsage(tokens));
  },
};
