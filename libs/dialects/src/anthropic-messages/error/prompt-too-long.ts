/** The words by which clients of this dialect know that they have to shorten the conversation. */
const WORDS = 'prompt is too long';

/** Counts of tokens, with or without separators; smaller numbers are none, nor are parts of a model's name. */
const COUNTS = /(?<![\w.,-])(?:\d{1,3}(?:[,_]\d{3})+|\d{4,9})(?![\w-])/g;

/** The limit and what was sent: the two counts that vendors name first, in either order. */
function countsIn(sentence: string): readonly [sent: number, limit: number] | undefined {
  const counts = (sentence.match(COUNTS) ?? []).map((count) => Number(count.replaceAll(/[,_]/g, '')));
  const [first, second] = [...new Set(counts)];
  if (first === undefined || second === undefined) return undefined;
  return [Math.max(first, second), Math.min(first, second)];
}

/** Any vendor's sentence about a prompt that does not fit, behind the words that the vendor of this dialect has for it. */
export function tellTooLong(sentence: string): string {
  if (sentence.toLowerCase().includes(WORDS)) return sentence;
  const counts = countsIn(sentence);
  if (!counts) return `${WORDS}: ${sentence}`;
  return `${WORDS}: ${counts[0]} tokens > ${counts[1]} maximum. ${sentence}`;
}
