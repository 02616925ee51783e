const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** JSON of one whole event as its `data:` lines carry it; undefined for comments and events without data. */
export function eventData(event: string): string | undefined {
  let data: string | undefined;
  for (const line of event.split(/\r\n|\r|\n/)) {
    if (!line.startsWith('data:')) continue;
    const value = line.slice(5).trimStart();
    data = data === undefined ? value : `${data}\n${value}`;
  }
  return data || undefined;
}

const NAMED_ERROR = /(?:^|[\r\n])event: ?error/;

/** True for an event that its name says is an error, whatever its data is. */
export const isErrorEvent = (event: string): boolean => NAMED_ERROR.test(event);

/** Data that is no JSON object and still an error: a sentence in an error event, an error object that was cut. */
export const isErrorText = (event: string, data: string): boolean =>
  isErrorEvent(event) || data.includes('"error"');

/**
 * Length in bytes of the JSON string that begins at `from`, behind its opening quote, in latin1 text. Escapes count as
 * they are written: this serves estimates.
 */
export function stringSpan(text: string, from: number): number {
  let at = from;
  for (;;) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length - from;
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH && at - 1 - backslashes >= from) backslashes++;
    if (backslashes % 2 === 0) return at - from;
    at++;
  }
}

/** Length of the string value of `marker` (`"text":"`) behind `from`; 0 for an empty one, -1 where it is absent. */
export function memberSpan(text: string, marker: string, from: number): number {
  const at = text.indexOf(marker, from);
  if (at < 0) return -1;
  const start = at + marker.length;
  return text.charCodeAt(start) === QUOTE ? 0 : stringSpan(text, start);
}

/**
 * True: each occurrence of the member (`"usage"`) has the value null, written without white space. A quoted name cannot
 * stand inside a JSON string, because its quotes would be escaped there.
 */
export function isAbsentOrNull(text: string, name: string): boolean {
  let at = text.indexOf(name);
  while (at >= 0) {
    if (!text.startsWith(':null', at + name.length)) return false;
    at = text.indexOf(name, at + name.length);
  }
  return true;
}
