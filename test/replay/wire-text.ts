/** JSON in these bytes; undefined: there is none. */
export function parseBytes(bytes: Buffer | undefined): unknown {
  return bytes === undefined ? undefined : parseText(bytes.toString('utf8'));
}

/** JSON in this text; undefined: there is none. */
export function parseText(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    return undefined;
  }
}

/** One event of a stream, read the plain way: from a text that is there as a whole. */
export interface PlainEvent {
  readonly event?: string;
  readonly data: string;
}

/** Server-sent events of a text. A last event without its blank line counts. */
export function readEvents(text: string): PlainEvent[] {
  const events: PlainEvent[] = [];
  let name: string | undefined;
  let data: string[] = [];
  for (const line of [...text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/), '']) {
    if (line === '') {
      if (data.length > 0)
        events.push({ ...(name === undefined ? {} : { event: name }), data: data.join('\n') });
      name = undefined;
      data = [];
      continue;
    }
    const at = line.indexOf(':');
    const field = at < 0 ? line : line.slice(0, at);
    const value = at < 0 ? '' : line.slice(at + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') name = value;
  }
  return events;
}
