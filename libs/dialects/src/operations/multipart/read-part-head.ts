import { GatewayError } from '@turnpike/kernel';

const DISPOSITION = /^content-disposition:\s*form-data\s*/i;
/** Values in quotes may hold an escaped quote, as curl writes it into file names. */
const PARAMETER = /;\s*([\w-]+\*?)=("(?:[^"\\]|\\.)*"|[^\s";]*)\s*/y;

/** What the head of one part says. */
export interface PartHead {
  readonly name: string;
  readonly isFile: boolean;
  /** The value is written in another encoding than the text itself. */
  readonly isEncoded: boolean;
}

function malformed(problem: string): never {
  throw new GatewayError('invalid_request', `A part of the multipart body ${problem}.`);
}

function readParameters(line: string, from: number): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  PARAMETER.lastIndex = from;
  while (PARAMETER.lastIndex < line.length) {
    const [, name = '', value = ''] =
      PARAMETER.exec(line) ?? malformed('has a disposition that cannot be read');
    const key = name.toLowerCase();
    if (found.has(key)) malformed(`names its ${key} twice`);
    found.set(key, value.startsWith('"') ? value.slice(1, -1) : value);
  }
  return found;
}

/**
 * The head of one part. Read strictly: what a reader behind us could take for another name is refused, because the
 * name decides which value is the model's.
 * @throws GatewayError invalid_request.
 */
export function readPartHead(head: string): PartHead {
  const lines = head.split('\r\n');
  if (lines.some((line) => /[\r\n\0]/.test(line) || /^[ \t]/.test(line) || !line.includes(':')))
    malformed('has a head that cannot be read');
  const dispositions = lines.filter((line) => /^content-disposition\s*:/i.test(line));
  const [line] = dispositions;
  const start = line === undefined ? null : DISPOSITION.exec(line);
  if (line === undefined || start === null || dispositions.length > 1)
    return malformed('has no single form-data disposition');
  const parameters = readParameters(line, start[0].length);
  const name = parameters.get('name');
  if (name === undefined || name === '' || parameters.has('name*') || name.includes('\\'))
    return malformed('has no plain name');
  return {
    name,
    isFile: parameters.has('filename') || parameters.has('filename*'),
    isEncoded: lines.some((each) =>
      /^content-transfer-encoding\s*:(?!\s*(?:binary|8bit|7bit)\s*$)/i.test(each),
    ),
  };
}
