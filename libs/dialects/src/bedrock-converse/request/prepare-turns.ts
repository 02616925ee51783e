import {
  legaliseCallIds,
  MESSAGES_CALL_IDS,
  normaliseTurns,
  systemReminder,
  type Part,
  type Turn,
} from '@turnpike/protocol';
import { asUserTurn, checkPrefill } from '../../upstream-only';
import { encodeReasoning, type ConverseEncoding } from './converse-encoding';

/** What leaves nothing behind goes before turns are put in order: a turn may consist of nothing else. */
function isSendable(part: Part, encoding: ConverseEncoding): boolean {
  if (part.kind === 'reasoning') {
    const kept = encodeReasoning(part, encoding) !== undefined;
    if (!kept) encoding.losses.dropped('reasoning');
    return kept;
  }
  const lost = part.kind === 'opaque' && !part.essential && part.text === undefined;
  if (lost) encoding.losses.dropped('vendor_block');
  return !lost;
}

function sendable(turn: Turn, encoding: ConverseEncoding): Turn {
  const parts = turn.parts.filter((part) => isSendable(part, encoding));
  return parts.length === turn.parts.length ? turn : { ...turn, parts };
}

/** Signed thinking opens its turn, in its order. */
function thinkingFirst(turn: Turn): Turn {
  const reasoning = turn.parts.filter((part) => part.kind === 'reasoning');
  if (turn.role !== 'assistant' || reasoning.length === 0) return turn;
  return { ...turn, parts: [...reasoning, ...turn.parts.filter((part) => part.kind !== 'reasoning')] };
}

/** White space at the end of a prefill is refused. */
function trimPrefill(turns: readonly Turn[]): Turn[] {
  const last = turns.at(-1);
  const end = last?.parts.at(-1);
  if (last?.role !== 'assistant' || end?.kind !== 'text') return [...turns];
  const parts = [...last.parts.slice(0, -1), { ...end, text: end.text.trimEnd() }];
  return [...turns.slice(0, -1), { ...last, parts }];
}

/**
 * Turns as the target takes them: the system speaks at the start alone. `opening`: its words, for models that have no
 * system role. @throws GatewayError unsupported_content for a prefill that the model cannot continue.
 */
export function prepareTurns(opening: string | undefined, encoding: ConverseEncoding): Turn[] {
  const told = opening === undefined ? [] : [asUserTurn(opening)];
  const placed = encoding.request.turns.map((turn) => systemReminder(sendable(turn, encoding)));
  const rules = { merge: true, trimBlank: true, startWithUser: true };
  const turns = legaliseCallIds(normaliseTurns([...told, ...placed], rules), MESSAGES_CALL_IDS);
  checkPrefill(turns, encoding);
  return trimPrefill(turns.map(thinkingFirst));
}
