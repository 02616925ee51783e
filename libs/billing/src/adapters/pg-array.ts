/** How a value travels: the type of its array parameter, and what the statement makes of an element. */
interface Transport {
  readonly array: string;
  readonly element?: (name: string) => string;
}

/**
 * Instants travel as milliseconds and money as pico-dollars: writing either as text for people costs the sender more
 * than the whole rest of its row. The server turns them without loss.
 */
export const TRANSPORTS = {
  uuid: { array: 'uuid' },
  text: { array: 'text' },
  jsonb: { array: 'jsonb' },
  boolean: { array: 'boolean' },
  smallint: { array: 'smallint' },
  bigint: { array: 'bigint' },
  instant: { array: 'float8', element: (name) => `to_timestamp(${name} / 1000)` },
  pico: { array: 'numeric', element: (name) => `${name} * 0.000000000001` },
} as const satisfies Record<string, Transport>;

export type TransportName = keyof typeof TRANSPORTS;

export const transportOf = (name: TransportName): Transport => TRANSPORTS[name];

const LONGEST_TEXT = 1_000;
const UNSTORABLE = /[\0\p{Surrogate}]/gu;
const PLAIN = /^[\w ./:@*+=,~-]{0,200}$/;

/** Text that Postgres takes: names come from clients, and it knows neither NUL nor half a surrogate pair. */
export const storableText = (text: string): string =>
  text.slice(0, LONGEST_TEXT).replace(UNSTORABLE, '\ufffd');

/** An element of an array literal. Almost every name is plain and needs no second look. */
function quoteText(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return `"${storableText(text).replace(/[\\"]/g, '\\$&')}"`;
}

/** What JSON.stringify makes of NUL and of half a surrogate pair. */
const UNSTORABLE_ESCAPE = /\\u(?:0000|d[89a-f])/;

/** JSON as an element; strings within are made storable. */
export function quoteJson(value: object): string {
  if (Array.isArray(value) && value.length === 0) return '"[]"';
  let text = JSON.stringify(value);
  if (text.length > LONGEST_TEXT || UNSTORABLE_ESCAPE.test(text)) {
    text = JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'string' ? storableText(part) : part,
    );
  }
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

export type Cell = string | number | bigint | boolean | undefined | null;

function writeCell(cell: Cell, type: TransportName): string {
  if (cell === undefined || cell === null) return 'NULL';
  if (type === 'text') return quoteText(String(cell));
  // Ids are ours: they hold nothing that would have to be quoted.
  return String(cell);
}

/**
 * An array literal of one column, ready to be a parameter: the driver's own writer is ten times as dear. Most columns
 * say the same in row after row, so a cell like the one above it is written once; joining copies each byte once.
 */
export function arrayLiteral<Row>(
  rows: readonly Row[],
  type: TransportName,
  value: (row: Row) => Cell,
): string {
  const cells = new Array<string>(rows.length);
  let last: Cell;
  let written = 'NULL';
  rows.forEach((row, i) => {
    const cell = value(row);
    if (cell !== last) {
      last = cell;
      written = writeCell(cell, type);
    }
    cells[i] = written;
  });
  return `{${cells.join(',')}}`;
}
