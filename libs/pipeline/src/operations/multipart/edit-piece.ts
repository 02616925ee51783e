import type { Edit } from '@turnpike/protocol';

/**
 * One piece of a body, beginning at `at`, with the edits that fall into it. An edit that begins in one piece and ends
 * in the next puts its bytes into the first.
 */
export function editPiece(piece: Buffer, at: number, edits: readonly Edit[]): Buffer {
  const end = at + piece.length;
  const own = edits.filter((edit) => edit.start < end && (edit.end > at || edit.start >= at));
  if (own.length === 0) return piece;
  const out: Buffer[] = [];
  let from = at;
  for (const edit of own) {
    if (edit.start >= at) out.push(piece.subarray(from - at, edit.start - at), edit.bytes);
    from = Math.max(from, Math.min(edit.end, end));
  }
  out.push(piece.subarray(from - at));
  return Buffer.concat(out);
}
