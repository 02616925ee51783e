import type { TextPart, Turn } from '@turnpike/protocol';

/**
 * The conversation with the system prompt in front of the user's first words, for models that have no system role: their
 * templates take one message of the user's at a time.
 */
export function tellFirst(prompt: string | undefined, turns: readonly Turn[]): Turn[] {
  if (prompt === undefined) return [...turns];
  const [first, ...rest] = turns;
  const said: TextPart = { kind: 'text', text: prompt };
  if (first?.role !== 'user' || first.parts.some((part) => part.kind === 'result'))
    return [{ role: 'user', parts: [said] }, ...turns];
  const [head, ...others] = first.parts;
  const parts =
    head?.kind === 'text'
      ? [{ ...head, text: `${prompt}\n\n${head.text}` }, ...others]
      : [said, ...first.parts];
  return [{ ...first, parts }, ...rest];
}
