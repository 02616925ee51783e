import type { Turn } from '../canonical/content';

/**
 * A system turn in the middle of the conversation as the user's words at the same place, for upstreams that hear the
 * system at the start alone. Moving it there would change the order and spoil prompt caches. Other turns stay.
 */
export function systemReminder(turn: Turn): Turn {
  if (turn.role !== 'system') return turn;
  const parts = turn.parts.map((part) =>
    part.kind === 'text' && part.text.trim() !== ''
      ? { ...part, text: `<system-reminder>\n${part.text}\n</system-reminder>` }
      : part,
  );
  return { role: 'user', parts };
}
