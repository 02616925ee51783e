const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Of streams whose events differ elsewhere too, learning more than this is work for nothing. */
const MAX_LESSONS = 16;

/** Where the one string that changes lies in an event, and what the event means. Offsets from its beginning, in bytes. */
export interface Lesson {
  readonly textStart: number;
  readonly textEnd: number;
  readonly bits: number;
}

/**
 * Nearly all events of a stream are alike but for one string. Three native comparisons tell whether one is like the
 * last that was read properly; a string with a quote in it is left to the reader.
 */
export class RepeatedEvent {
  /** What the last recognised event means. */
  bits = 0;
  private head: Buffer | undefined;
  private rest = Buffer.alloc(0);
  private lessons = 0;

  /** Keeps the event around its string; `event` begins at the event. */
  learn(event: Buffer, { textStart, textEnd, bits }: Lesson): void {
    if (this.lessons++ >= MAX_LESSONS) return;
    this.head = Buffer.from(event.subarray(0, textStart));
    this.rest = Buffer.from(event.subarray(textEnd));
    this.bits = bits;
  }

  /** Length of the string in bytes as it is written; -1: empty, or another kind of event. */
  span(bytes: Buffer, start: number, end: number): number {
    const { head, rest } = this;
    if (head === undefined) return -1;
    const textStart = start + head.length;
    const textEnd = end - rest.length;
    if (textEnd <= textStart || bytes[textEnd] !== QUOTE || bytes[textEnd - 1] === BACKSLASH) return -1;
    if (bytes.indexOf(QUOTE, textStart) !== textEnd) return -1;
    if (bytes.compare(rest, 0, rest.length, textEnd, end) !== 0) return -1;
    return bytes.compare(head, 0, head.length, start, textStart) === 0 ? textEnd - textStart : -1;
  }
}
