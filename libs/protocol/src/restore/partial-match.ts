/** Length of the longest end of `text` that is a beginning of `needle`, and not the whole of it: what must be held back. */
export function partialMatch(text: string, needle: string): number {
  for (let length = Math.min(text.length, needle.length - 1); length > 0; length--) {
    if (text.charCodeAt(text.length - length) !== needle.charCodeAt(0)) continue;
    if (needle.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
