/** Matches `*` (any run of characters, none included) in a pattern; everything else is literal. */
export function globMatches(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return pattern === text;
  const first = parts[0] as string;
  const last = parts[parts.length - 1] as string;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const hit = text.indexOf(part, at);
    if (hit < 0 || hit + part.length > end) return false;
    at = hit + part.length;
  }
  return true;
}
