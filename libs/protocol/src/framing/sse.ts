/** One server-sent event as its dialect decoder reads it. */
export interface SseEvent {
  readonly event?: string;
  /** All data lines joined by a line feed. */
  readonly data: string;
}

/** `event:` line (when named), one `data:` line, blank line. The data must hold no line break: JSON never does. */
export const writeSse = (data: string, event?: string): string =>
  event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
