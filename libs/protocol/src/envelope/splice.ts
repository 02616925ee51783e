/** Replaces `[start, end)` of the original bytes. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
}

/**
 * The original bytes with the edits applied; the same buffer when there are none. Edits must not overlap.
 * Original bytes stay as they are: a further attempt starts from them again.
 */
export function spliceBytes(original: Buffer, edits: readonly Edit[]): Buffer {
  if (edits.length === 0) return original;
  const ordered = edits.length === 1 ? edits : [...edits].sort((a, b) => a.start - b.start);
  let length = original.length;
  for (const edit of ordered) length += edit.bytes.length - (edit.end - edit.start);
  const out = Buffer.allocUnsafe(length);
  let from = 0;
  let to = 0;
  for (const edit of ordered) {
    to += original.copy(out, to, from, edit.start);
    to += edit.bytes.copy(out, to);
    from = edit.end;
  }
  original.copy(out, to, from);
  return out;
}
