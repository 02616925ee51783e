import type { JsonObject } from '@turnpike/kernel';
import { clampEffort, compact, wantedEffort, type Effort, type ReasoningRequest } from '@turnpike/protocol';
import type { GeminiEncoding } from './gemini-encoding';

/** Levels that every model with levels takes. */
const LEVELS: readonly Effort[] = ['low', 'medium', 'high'];
const DEFAULT_MAX = 24_576;

const BUDGET_OF: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 512,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
  xhigh: Number.MAX_SAFE_INTEGER,
  max: Number.MAX_SAFE_INTEGER,
};

/** Thoughts are shown unless the client wants none: clients that ask for thinking expect to see some. */
const shows = ({ show }: ReasoningRequest): true | undefined => (show === 'omitted' ? undefined : true);

function asLevel(reasoning: ReasoningRequest, { capabilities, losses }: GeminiEncoding): JsonObject {
  const wanted = wantedEffort(reasoning);
  if (wanted === undefined) return compact({ includeThoughts: shows(reasoning) });
  const listed = (capabilities.efforts ?? LEVELS).filter((level) => level !== 'none' && level !== 'max');
  const level = clampEffort(wanted === 'none' ? 'minimal' : wanted, listed);
  if (level !== wanted) losses.add('clamped:effort');
  return compact<JsonObject>({
    includeThoughts: wanted === 'none' ? undefined : shows(reasoning),
    thinkingLevel: level.toUpperCase(),
  });
}

function asBudget(reasoning: ReasoningRequest, { capabilities, losses }: GeminiEncoding): JsonObject {
  const { thinkingBudgetMin: least = 0, thinkingBudgetMax: most = DEFAULT_MAX, thinkingOff } = capabilities;
  const effort = wantedEffort(reasoning);
  if (effort === undefined) return compact({ includeThoughts: shows(reasoning), thinkingBudget: -1 });
  if (effort === 'none') {
    if (thinkingOff === false) losses.add('clamped:thinking');
    return { thinkingBudget: thinkingOff === false ? least : 0 };
  }
  const asked = typeof reasoning.budget === 'number' ? reasoning.budget : BUDGET_OF[effort];
  const budget = Math.max(least, Math.min(asked, most));
  if (typeof reasoning.budget === 'number' && budget !== asked) losses.add('clamped:budget_tokens');
  return compact<JsonObject>({ includeThoughts: shows(reasoning), thinkingBudget: budget });
}

/** `thinkingConfig`: levels for the newest models, budgets for those before them. */
export function encodeThinking(encoding: GeminiEncoding): JsonObject | undefined {
  const { request, capabilities, sameDialect, losses } = encoding;
  const { reasoning } = request;
  if (!reasoning) return undefined;
  const own = sameDialect && typeof reasoning.budget === 'number' ? 'budget' : 'effort';
  const mode = capabilities.thinking ?? own;
  if (mode === 'none') {
    if (wantedEffort(reasoning) !== 'none') losses.dropped('thinking');
    return undefined;
  }
  const config = mode === 'budget' ? asBudget(reasoning, encoding) : asLevel(reasoning, encoding);
  return Object.keys(config).length === 0 ? undefined : config;
}
