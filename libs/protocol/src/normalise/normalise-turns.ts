import type { Turn } from '../canonical/content';
import { dropEmptyParts } from './clean-parts';
import { pairResults } from './pair-results';

/** What the target's dialect demands of the order of turns. */
export interface TurnRules {
  /** Neighbouring turns of one role are one turn. */
  readonly merge: boolean;
  /** Text of nothing but white space is refused. */
  readonly trimBlank: boolean;
  /** The conversation has to open with a user turn. */
  readonly startWithUser: boolean;
}

const CONTINUED: Turn = { role: 'user', parts: [{ kind: 'text', text: '(continued)' }] };

const join = (a: Turn, b: Turn): Turn => ({ ...a, ...b, parts: [...a.parts, ...b.parts] });

function mergeTurns(turns: readonly Turn[], mayMerge: (a: Turn, b: Turn) => boolean): Turn[] {
  const out: Turn[] = [];
  for (const turn of turns) {
    const last = out.at(-1);
    if (last && last.role === turn.role && mayMerge(last, turn)) out[out.length - 1] = join(last, turn);
    else out.push(turn);
  }
  return out;
}

/** Calls that clients spread over several assistant turns before answering them belong to one. */
const hasOpenCalls = (a: Turn): boolean =>
  a.role === 'assistant' && a.parts.some((part) => part.kind === 'call');

/**
 * Turns as every target accepts them: nothing empty, each call followed by its one result, results of one assistant turn
 * together and in the order of the calls. Pure and deterministic.
 */
export function normaliseTurns(turns: readonly Turn[], rules: TurnRules): Turn[] {
  const cleaned = dropEmptyParts(turns, rules.trimBlank);
  const joined = mergeTurns(cleaned, (a) => rules.merge || hasOpenCalls(a));
  const paired = pairResults(joined);
  const merged = rules.merge ? mergeTurns(paired, () => true) : paired;
  return rules.startWithUser && merged[0]?.role !== 'user' ? [CONTINUED, ...merged] : merged;
}
