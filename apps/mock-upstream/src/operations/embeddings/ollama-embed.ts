import type { JsonObject } from '@turnpike/kernel';
import { asText, nameSet, unknownMember } from '../../wire/member-rules';
import { complain } from '../../wire/vendor-error';
import type { WireService } from '../../wire/wire-service';
import { inputUsage, jsonReply } from '../../wire/wire-service';
import { countOf, vectorOf } from '../deterministic';
import { dimensionsOf } from './dimensions';

const KNOWN = nameSet('model input truncate options keep_alive dimensions');

const inputsOf = ({ input }: JsonObject): string[] | undefined => {
  if (typeof input === 'string') return [input];
  return Array.isArray(input) && input.every((text) => typeof text === 'string')
    ? input.map(asText)
    : undefined;
};

/** Ollama's embeddings. */
export const ollamaEmbed: WireService = {
  prompts: ({ members }) => inputsOf(members) ?? [],
  check({ members }) {
    if (!asText(members.model)) return complain('', 'model is required');
    const extra = unknownMember(members, KNOWN);
    if (extra) return complain('', `unknown field "${extra}"`);
    return inputsOf(members) ? undefined : complain('', 'invalid input type');
  },
  reply({ wire: { members }, plan, model }) {
    const inputs = inputsOf(members) ?? [];
    const full = dimensionsOf(model);
    const kept = typeof members.dimensions === 'number' ? members.dimensions : full;
    const tokens = plan?.in ?? inputs.reduce((sum, text) => sum + countOf(text), 0);
    const body = {
      model,
      embeddings: inputs.map((text) => vectorOf(text, full, kept)),
      total_duration: 14_143_917,
      load_duration: 1_019_500,
      prompt_eval_count: tokens,
    };
    return jsonReply(JSON.stringify(body), inputUsage(tokens));
  },
};
