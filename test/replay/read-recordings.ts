import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { isObject } from '@turnpike/kernel';
import { readRecording, type Malformed, type Recording } from './recording';

const LINES = /\.(?:jsonl|ndjson)(?:\.gz)?$/i;
const EITHER = /\.json$/i;

/** Files of recordings below a folder, or the file itself, sorted. @throws when there is no such path. */
function findFiles(root: string): string[] {
  if (statSync(root).isFile()) return [root];
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && (LINES.test(entry.name) || EITHER.test(entry.name)))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function readLine(text: string, place: string): Recording | Malformed | undefined {
  // A byte order mark and an empty line are no exchange and no mistake.
  const line = text.replace(/^\uFEFF/, '').trim();
  if (line === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { place, problem: 'malformed recording: the line is no JSON' };
  }
  return readRecording(value, place);
}

const isExchange = (value: unknown): boolean =>
  isObject(value) && value.request !== undefined && value.response !== undefined;

/** A `.json` file holds one exchange, a list of them, or lines after all; one that holds none is none of ours. */
function readWhole(file: string, name: string): (Recording | Malformed)[] | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
    const all: unknown[] = Array.isArray(value) ? value : [value];
    return all.some(isExchange) ? all.map((one, i) => readRecording(one, `${name}:${i + 1}`)) : [];
  } catch {
    return undefined;
  }
}

const openLines = (file: string): Readable =>
  file.endsWith('.gz') ? createReadStream(file).pipe(createGunzip()) : createReadStream(file);

/** Every exchange below a folder, one at a time: memory holds one line, whatever the folder holds. */
export async function* readRecordings(root: string): AsyncGenerator<Recording | Malformed> {
  const isFile = statSync(root).isFile();
  for (const file of findFiles(root)) {
    const name = isFile ? path.basename(file) : path.relative(root, file);
    const whole = EITHER.test(file) ? readWhole(file, name) : undefined;
    if (whole) {
      yield* whole;
      continue;
    }
    let n = 0;
    for await (const line of createInterface({ input: openLines(file), crlfDelay: Infinity })) {
      const read = readLine(line, `${name}:${++n}`);
      if (read) yield read;
    }
  }
}
