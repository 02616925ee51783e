const OPEN_OR_CLOSE = /["{}[\]]/g;
const QUOTE_OR_ESCAPE = /["\\]/g;

/** Watches argument text come in and knows when it has become one whole JSON object. */
export class ObjectTracker {
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** False as soon as the first character that is no white space is not `{`. */
  object = true;
  begun = false;
  complete = false;

  /** Length of the part of `text` that belongs to the object; what follows its end does not. */
  push(text: string): number {
    let at = 0;
    if (!this.begun) {
      at = text.search(/\S/);
      if (at < 0) return text.length;
      this.begun = true;
      this.object = text[at] === '{';
    }
    if (!this.object) return text.length;
    if (this.complete) return 0;
    while (at < text.length) {
      at = this.inString ? this.skipString(text, at) : this.step(text, at);
      if (this.complete) return at;
    }
    return text.length;
  }

  private skipString(text: string, from: number): number {
    let at = from;
    if (this.escaped) {
      this.escaped = false;
      at++;
    }
    for (;;) {
      QUOTE_OR_ESCAPE.lastIndex = at;
      const hit = QUOTE_OR_ESCAPE.exec(text);
      if (!hit) return text.length;
      if (hit[0] === '"') {
        this.inString = false;
        return hit.index + 1;
      }
      at = hit.index + 2;
      if (at > text.length) {
        this.escaped = true;
        return text.length;
      }
    }
  }

  private step(text: string, from: number): number {
    OPEN_OR_CLOSE.lastIndex = from;
    const hit = OPEN_OR_CLOSE.exec(text);
    if (!hit) return text.length;
    if (hit[0] === '"') this.inString = true;
    else if (hit[0] === '{' || hit[0] === '[') this.depth++;
    else if (--this.depth <= 0) this.complete = true;
    return hit.index + 1;
  }
}

/** True for arguments that are whole: one JSON object, or none at all where the tool takes none. */
export function areWholeArguments(text: string): boolean {
  if (text.trim() === '') return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
