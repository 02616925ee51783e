import type { JsonObject } from '@turnpike/kernel';
import {
  budgetOfEffort,
  clampEffort,
  compact,
  wantedEffort,
  type Effort,
  type ReasoningRequest,
  type Turn,
} from '@turnpike/protocol';
import type { MessagesEncoding } from './messages-encoding';

/** Effort words of the newest models. */
const EFFORT_WORDS: readonly Effort[] = ['low', 'medium', 'high', 'xhigh', 'max'];
const LEAST_BUDGET = 1_024;
const DEFAULT_BUDGET = 8_192;
/** Share of the output that thinking may take when its budget is ours to choose. */
const BUDGET_SHARE = 0.8;

export interface ThinkingPlan {
  /** Thinking happens: sampling knobs and forced choices are out. */
  readonly on: boolean;
  readonly thinking?: JsonObject;
  readonly effort?: Effort;
}

const OFF: ThinkingPlan = { on: false };
const DISABLED: ThinkingPlan = { on: false, thinking: { type: 'disabled' } };

function effortWord(wanted: Effort, encoding: MessagesEncoding): Effort {
  const word = clampEffort(
    wanted === 'minimal' ? 'low' : wanted,
    encoding.capabilities.efforts ?? EFFORT_WORDS,
  );
  if (word !== wanted && wanted !== 'minimal') encoding.losses.add('clamped:effort');
  return word;
}

const displayOf = ({ show }: ReasoningRequest): string | undefined =>
  show === undefined ? undefined : show === 'omitted' ? 'omitted' : 'summarized';

function adaptive(reasoning: ReasoningRequest, encoding: MessagesEncoding): ThinkingPlan {
  const wanted = wantedEffort(reasoning);
  return {
    on: true,
    thinking: compact({ type: 'adaptive', display: displayOf(reasoning) }),
    ...(wanted === undefined ? {} : { effort: effortWord(wanted, encoding) }),
  };
}

/** A budget below the output cap, and at least the least; undefined where both cannot be. */
function fitBudget(
  reasoning: ReasoningRequest,
  maxTokens: number,
  encoding: MessagesEncoding,
): number | undefined {
  const { budget, effort } = reasoning;
  const wanted =
    typeof budget === 'number' ? budget : effort === undefined ? undefined : budgetOfEffort(effort);
  if (maxTokens <= LEAST_BUDGET) return undefined;
  const asked = wanted ?? encoding.capabilities.defaultThinkingBudget ?? DEFAULT_BUDGET;
  const most =
    typeof budget === 'number' && budget < maxTokens ? budget : Math.floor(maxTokens * BUDGET_SHARE);
  const fitted = Math.max(LEAST_BUDGET, Math.min(asked, most));
  if (typeof budget === 'number' && fitted !== budget) encoding.losses.add('clamped:budget_tokens');
  return fitted;
}

/** Beside a budget, an effort is for models that list their words, and for a client that wrote both itself. */
const takesEffort = ({ capabilities, sameDialect }: MessagesEncoding): boolean =>
  (capabilities.efforts?.length ?? 0) > 0 || (sameDialect && capabilities.thinking === undefined);

function budgeted(reasoning: ReasoningRequest, maxTokens: number, encoding: MessagesEncoding): ThinkingPlan {
  const budget = fitBudget(reasoning, maxTokens, encoding);
  if (budget === undefined) return switchedOff(encoding);
  return {
    on: true,
    thinking: compact({ type: 'enabled', budget_tokens: budget, display: displayOf(reasoning) }),
    ...(reasoning.effort !== undefined && takesEffort(encoding)
      ? { effort: effortWord(reasoning.effort, encoding) }
      : {}),
  };
}

function switchedOff(encoding: MessagesEncoding): ThinkingPlan {
  encoding.losses.dropped('thinking');
  return DISABLED;
}

/**
 * The assistant turns since the user last spoke without results in his hands: thinking has to open them. What stands beside
 * results (an image that a tool made, a reminder) does not end the loop.
 */
function loopOpensWithoutThinking(turns: readonly Turn[]): boolean {
  const start = turns.findLastIndex(
    (turn) => turn.role === 'user' && !turn.parts.some((part) => part.kind === 'result'),
  );
  return turns
    .slice(start + 1)
    .some((turn) => turn.role === 'assistant' && turn.parts[0]?.kind !== 'reasoning');
}

/** Which form of thinking the target takes; without knowledge the client's own form, else that of the newest models. */
function modeOf(
  reasoning: ReasoningRequest,
  encoding: MessagesEncoding,
): 'adaptive' | 'budget' | 'effort' | 'none' {
  const own = encoding.sameDialect && typeof reasoning.budget === 'number' ? 'budget' : 'adaptive';
  return encoding.capabilities.thinking ?? own;
}

function planRequested(
  reasoning: ReasoningRequest,
  maxTokens: number,
  encoding: MessagesEncoding,
): ThinkingPlan {
  const mode = modeOf(reasoning, encoding);
  if (mode === 'none') {
    if (wantedEffort(reasoning) !== 'none') encoding.losses.dropped('thinking');
    return OFF;
  }
  const word = reasoning.effort;
  const wordOnly = encoding.sameDialect && reasoning.budget === undefined;
  if (wantedEffort(reasoning) === 'none' || wordOnly || mode === 'effort') {
    const effort =
      word !== undefined && word !== 'none' && (mode !== 'budget' || takesEffort(encoding))
        ? effortWord(word, encoding)
        : undefined;
    const off = wantedEffort(reasoning) === 'none' && mode !== 'effort';
    return { ...(off ? DISABLED : OFF), ...(effort === undefined ? {} : { effort }) };
  }
  return mode === 'adaptive' ? adaptive(reasoning, encoding) : budgeted(reasoning, maxTokens, encoding);
}

/**
 * How thinking is asked for. It yields to a forced tool choice and to a prefill, and models with budgets refuse a tool
 * loop whose turn does not open with signed thinking: then the request goes without.
 */
export function planThinking(
  turns: readonly Turn[],
  options: { readonly maxTokens: number; readonly forcesTool: boolean },
  encoding: MessagesEncoding,
): ThinkingPlan {
  const { reasoning } = encoding.request;
  if (!reasoning) return OFF;
  const plan = planRequested(reasoning, options.maxTokens, encoding);
  if (!plan.on) return plan;
  const prefilled = turns.at(-1)?.role === 'assistant';
  const { thinkingFirst = plan.thinking?.type === 'enabled' } = encoding.capabilities;
  const refused = thinkingFirst && loopOpensWithoutThinking(turns);
  if (!options.forcesTool && !prefilled && !refused) return plan;
  return { ...switchedOff(encoding), ...(plan.effort === undefined ? {} : { effort: plan.effort }) };
}
