import type { Part, Turn } from '../canonical/content';
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

/** Calls that clients spread over several assistant turns before answering them belong to one. */
const opensCalls = (turn: Turn): boolean =>
  turn.role === 'assistant' && turn.parts.some((part) => part.kind === 'call');

/** Neighbours of one role joined: all of them, or (`all` false) only assistant turns behind open calls. */
function mergeTurns(turns: readonly Turn[], all: boolean): Turn[] {
  // Parts grow in place: copying them at each step would take a square of the turns.
  const out: (Turn & { parts: Part[] })[] = [];
  let open = false;
  for (const turn of turns) {
    const last = out.at(-1);
    if (last?.role === turn.role && (all || open)) {
      for (const part of turn.parts) last.parts.push(part);
      out[out.length - 1] = { ...last, ...turn, parts: last.parts };
    } else {
      out.push({ ...turn, parts: [...turn.parts] });
      open = false;
    }
    open ||= opensCalls(turn);
  }
  return out;
}

/**
 * Without an answer that broke off after its thinking, which agents send back when they ask again: it says nothing that
 * could be continued, and no vendor takes it at the end.
 */
function dropLoneThinking(turns: Turn[]): Turn[] {
  const last = turns.at(-1);
  if (last?.role !== 'assistant' || turns.length === 1) return turns;
  return last.parts.every((part) => part.kind === 'reasoning') ? turns.slice(0, -1) : turns;
}

/**
 * Turns as every target accepts them: nothing empty, each call followed by its one result, results of one assistant turn
 * together and in the order of the calls. Pure and deterministic.
 */
export function normaliseTurns(turns: readonly Turn[], rules: TurnRules): Turn[] {
  const cleaned = dropEmptyParts(turns, rules.trimBlank);
  const joined = mergeTurns(cleaned, rules.merge);
  const paired = pairResults(joined);
  const merged = dropLoneThinking(rules.merge ? mergeTurns(paired, true) : paired);
  return rules.startWithUser && merged[0]?.role !== 'user' ? [CONTINUED, ...merged] : merged;
}
