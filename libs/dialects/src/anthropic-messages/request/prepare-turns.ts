import { GatewayError } from '@turnpike/kernel';
import {
  legaliseCallIds,
  MESSAGES_CALL_IDS,
  normaliseTurns,
  systemReminder,
  type Part,
  type Turn,
} from '@turnpike/protocol';
import { encodeThinkingBlock, type MessagesEncoding } from './messages-encoding';

/** Reasoning that this target cannot verify goes before turns are put in order: a turn may consist of nothing else. */
function sendableParts(turn: Turn, encoding: MessagesEncoding): Turn {
  const parts = turn.parts.filter((part) => {
    const kept = part.kind !== 'reasoning' || encodeThinkingBlock(part, encoding) !== undefined;
    if (!kept) encoding.losses.dropped('reasoning');
    return kept && !isLostRecord(part, encoding);
  });
  return parts.length === turn.parts.length ? turn : { ...turn, parts };
}

/** Records of another vendor's own tools that leave no words behind. */
function isLostRecord(part: Part, encoding: MessagesEncoding): boolean {
  const lost = part.kind === 'opaque' && !encoding.sameDialect && !part.essential && part.text === undefined;
  if (lost) encoding.losses.dropped('vendor_block');
  return lost;
}

/** Signed thinking opens its turn, in its order. */
function thinkingFirst(turn: Turn, encoding: MessagesEncoding): Turn {
  if (turn.role !== 'assistant' || encoding.sameDialect) return turn;
  const reasoning = turn.parts.filter((part) => part.kind === 'reasoning');
  if (reasoning.length === 0) return turn;
  return { ...turn, parts: [...reasoning, ...turn.parts.filter((part) => part.kind !== 'reasoning')] };
}

const keepsSystemTurns = ({ capabilities, sameDialect }: MessagesEncoding): boolean =>
  capabilities.midSystem ?? sameDialect;

/** White space at the end of a prefill is refused. */
function trimPrefill(turns: readonly Turn[]): Turn[] {
  const last = turns.at(-1);
  const end = last?.parts.at(-1);
  if (last?.role !== 'assistant' || end?.kind !== 'text') return [...turns];
  const parts = [...last.parts.slice(0, -1), { ...end, text: end.text.trimEnd() }];
  return [...turns.slice(0, -1), { ...last, parts }];
}

function checkPrefill({ capabilities, sameDialect, target }: MessagesEncoding): void {
  if (capabilities.prefill ?? sameDialect) return;
  throw new GatewayError(
    'unsupported_content',
    `Assistant prefill is not supported by this model (${target.model}): the last message must not be the assistant's.`,
    { param: 'messages' },
  );
}

/** Turns as the target takes them. @throws GatewayError unsupported_content for a prefill that it cannot continue. */
export function prepareTurns(encoding: MessagesEncoding): Turn[] {
  const sendable = encoding.request.turns.map((turn) => sendableParts(turn, encoding));
  const placed = keepsSystemTurns(encoding) ? sendable : sendable.map(systemReminder);
  const rules = { merge: true, trimBlank: true, startWithUser: true };
  const turns = legaliseCallIds(normaliseTurns(placed, rules), MESSAGES_CALL_IDS).map((t) =>
    thinkingFirst(t, encoding),
  );
  if (turns.at(-1)?.role !== 'assistant') return turns;
  checkPrefill(encoding);
  return trimPrefill(turns);
}
