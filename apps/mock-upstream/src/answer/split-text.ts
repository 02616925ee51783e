/** Cuts a text into at most `pieces` runs of code points that join back to it. */
export function splitText(text: string, pieces: number): string[] {
  const points = Array.from(text);
  const size = Math.max(1, Math.ceil(points.length / Math.max(1, pieces)));
  const out: string[] = [];
  for (let at = 0; at < points.length; at += size) out.push(points.slice(at, at + size).join(''));
  return out;
}

/** Words with the white space that follows them. */
export const splitWords = (text: string): string[] => text.match(/\s*\S+\s?/g) ?? [];

const WORDS = ['amber', 'birch', 'cedar', 'dune', 'ember', 'fjord', 'grove', 'heath'];

/** The chunks of an answer whose text the script leaves open; the first one holds what careless encoders break. */
export const scriptedChunks = (id: string, count: number): string[] =>
  Array.from({ length: Math.max(1, count) }, (_, i) =>
    i === 0 ? `Reply ${id}: ü漢字🙂 "quoted" \\n\tx\n\n` : `${i}:${WORDS[i % WORDS.length]} `,
  );
