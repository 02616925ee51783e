import { isObject, type JsonObject } from '@turnpike/kernel';
import { clampEffort, compact, wantedEffort, type Effort, type Turn } from '@turnpike/protocol';
import { chooseMaxTokens } from '../../anthropic-messages/request/encode-params';
import { planThinking, type ThinkingPlan } from '../../anthropic-messages/request/plan-thinking';
import { outputCap } from '../../upstream-only';
import type { ConverseEncoding } from './converse-encoding';

/** What the model's own vendor calls things: `additionalModelRequestFields`, and whether thinking happens. */
export interface VendorFields {
  readonly fields: JsonObject;
  readonly thinks: boolean;
}

const WORDS: readonly Effort[] = ['low', 'medium', 'high'];
const NOTHING: VendorFields = { fields: {}, thinks: false };

function claudeFields(plan: ThinkingPlan): VendorFields {
  const output_config = plan.effort === undefined ? undefined : { effort: plan.effort };
  return { fields: compact<JsonObject>({ thinking: plan.thinking, output_config }), thinks: plan.on };
}

/** Models without a budget of thinking refuse this beta, and interleave by themselves. */
const INTERLEAVED = /^interleaved-thinking-/;

/** Betas of a Messages client, as far as this request can make use of them. */
export function encodeBetas(
  { fields }: VendorFields,
  { target, capabilities }: ConverseEncoding,
): JsonObject {
  if (capabilities.requestFields !== 'anthropic') return {};
  const { thinking } = fields;
  const budgeted = isObject(thinking) && thinking.type === 'enabled';
  const betas = (target.betas ?? []).filter((beta) => budgeted || !INTERLEAVED.test(beta));
  return betas.length === 0 ? {} : { anthropic_beta: betas };
}

/** An effort in the three words that both other families have; undefined where nothing is to be said. */
function effortWord({ request, capabilities, losses }: ConverseEncoding): Effort | undefined {
  const wanted = request.reasoning && wantedEffort(request.reasoning);
  if (wanted === undefined) return undefined;
  const word = clampEffort(wanted, capabilities.efforts ?? [...WORDS, 'none']);
  if (word !== wanted) losses.add('clamped:effort');
  return word;
}

function novaFields(encoding: ConverseEncoding): VendorFields {
  const word = effortWord(encoding) ?? 'medium';
  if (word === 'none') return NOTHING;
  return { fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: word } }, thinks: true };
}

function openaiFields(encoding: ConverseEncoding): VendorFields {
  const word = effortWord(encoding);
  return word === undefined || word === 'none'
    ? NOTHING
    : { fields: { reasoning_effort: word }, thinks: false };
}

/** Claude is told how far it may go even where the client left it open; of others the vendor knows. */
export const maxTokensOf = (encoding: ConverseEncoding): number | undefined =>
  encoding.capabilities.requestFields === 'anthropic'
    ? Math.max(1, chooseMaxTokens(encoding))
    : (outputCap(encoding) ?? encoding.capabilities.maxOutputTokens);

/** How thinking is asked for, in the words of the model's vendor; a model of no known family cannot be asked. */
export function encodeThinking(
  turns: readonly Turn[],
  forcesTool: boolean,
  encoding: ConverseEncoding,
): VendorFields {
  const { request, capabilities, losses } = encoding;
  if (!request.reasoning) return NOTHING;
  const { requestFields, thinking } = capabilities;
  const maxTokens = maxTokensOf(encoding) ?? Infinity;
  if (requestFields === 'anthropic')
    return claudeFields(planThinking(turns, { maxTokens, forcesTool }, encoding));
  if (requestFields !== undefined && thinking !== 'none')
    return requestFields === 'nova' ? novaFields(encoding) : openaiFields(encoding);
  if (wantedEffort(request.reasoning) !== 'none') losses.dropped('thinking');
  return NOTHING;
}

/** `top_k` under the name of the model's family; others have none. */
export function encodeTopK(topK: number | undefined, encoding: ConverseEncoding): JsonObject {
  if (topK === undefined) return {};
  const { requestFields } = encoding.capabilities;
  if (requestFields === 'anthropic') return { top_k: topK };
  if (requestFields === 'nova') return { inferenceConfig: { topK } };
  encoding.losses.dropped('top_k');
  return {};
}
