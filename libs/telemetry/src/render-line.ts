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
  const head = [
    String(fields['time']).slice(11, 19),
    String(fields['level']).toUpperCase().padEnd(5),
    fields['msg'],
  ];
  const rest = Object.entries(fields)
    .filter(([name]) => !OWN_FIELDS.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return (
    [...head, ...rest].filter((part) => part !== undefined).join(' ') + renderError(fields['err']) + '\n'
  );
}

function renderError(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { stack, message } = error as { stack?: string; message?: string };
  return `\n${stack ?? message ?? JSON.stringify(error)}`;
}
