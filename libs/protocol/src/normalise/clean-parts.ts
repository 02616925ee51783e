import type { Part, Turn } from '../canonical/content';

const isBlank = (part: Part, trim: boolean): boolean =>
  (part.kind === 'text' || part.kind === 'refusal') && (trim ? part.text.trim() === '' : part.text === '');

/**
 * Drops text that says nothing, and turns that are left without parts. With `trim`, white space says nothing. A user
 * turn that is nothing but empty text stays where the dialect can carry it: it is the caller's question.
 */
export function dropEmptyParts(turns: readonly Turn[], trim: boolean): Turn[] {
  const kept: Turn[] = [];
  for (const turn of turns) {
    const parts = turn.parts.filter((part) => !isBlank(part, trim));
    const [first] = turn.parts;
    if (parts.length > 0) kept.push(parts.length === turn.parts.length ? turn : { ...turn, parts });
    else if (!trim && turn.role === 'user' && first) kept.push({ ...turn, parts: [first] });
  }
  return kept;
}
