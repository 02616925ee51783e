import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText, nameSet, objectsOf, unknownMember } from '../wire/member-rules';
import { complain } from '../wire/vendor-error';
import type { WireService } from '../wire/wire-service';
import { jsonReply } from '../wire/wire-service';
import { scoreOf } from './deterministic';

const CATEGORIES = `harassment harassment/threatening hate hate/threatening illicit illicit/violent self-harm
  self-harm/intent self-harm/instructions sexual sexual/minors violence violence/graphic`.split(/\s+/);

const isPart = (item: Json): item is JsonObject => isObject(item);

/** Texts to judge: parts make one, a list of texts makes many. */
function inputsOf({ input }: JsonObject): string[] | undefined {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input) || !input.length) return undefined;
  if (input.every((item) => typeof item === 'string')) return input.map(asText);
  if (!input.every(isPart)) return undefined;
  return [
    objectsOf(input)
      .map((part) => asText(part.text))
      .join('\n'),
  ];
}

/** A text is in a category when it says the category's word. */
function judge(text: string): JsonObject {
  const hit = (category: string): boolean => text.toLowerCase().includes(category.replace('/', ' '));
  const byCategory = <T extends Json>(make: (category: string) => T): Record<string, T> =>
    Object.fromEntries(CATEGORIES.map((category) => [category, make(category)]));
  return {
    flagged: CATEGORIES.some(hit),
    categories: byCategory(hit),
    category_scores: byCategory((category) => (hit(category) ? 0.99 : scoreOf(category, text) / 100)),
    category_applied_input_types: byCategory(() => ['text']),
  };
}

/** OpenAI's moderations. */
export const moderations: WireService = {
  prompts: ({ members }) => inputsOf(members) ?? [],
  check({ members }) {
    const extra = unknownMember(members, nameSet('model input'));
    if (extra) return complain(extra, `Unrecognized request argument supplied: ${extra}`);
    return inputsOf(members) ? undefined : complain('input', "'input' is a required property");
  },
  reply({ wire: { members }, model }) {
    const results = (inputsOf(members) ?? []).map(judge);
    return jsonReply(JSON.stringify({ id: 'modr-mock', model: model || 'omni-moderation-latest', results }));
  },
};
