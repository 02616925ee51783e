type Fields = Readonly<Record<string, unknown>>;

const OWN_FIELDS: ReadonlySet<string> = new Set(['level', 'time', 'msg', 'err', 'service']);

/** One JSON line as a person reads it: time, level, message, then the fields; a stack on lines of its own. */
export function renderLine(line: string): string {
  let fields: Fields;
  try {
    fields = JSON.parse(line) as Fields;
  } catch {
    return line;
  }
  const { time, level, msg } = fields as { time: string; level: string; msg?: string };
  const head = [time.slice(11, 19), level.toUpperCase().padEnd(5), ...(msg === undefined ? [] : [msg])];
  const rest = Object.entries(fields)
    .filter(([name]) => !OWN_FIELDS.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [...head, ...rest].join(' ') + renderError(fields['err']) + '\n';
}

function renderError(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { stack, message } = error as { stack?: string; message?: string };
  return `\n${stack ?? message ?? JSON.stringify(error)}`;
}
