import fs from 'node:fs';
import path from 'node:path';
import { root } from '../../tools/boundaries.cjs';

/** Build output, dependencies, generated code and data: nothing that a person wrote as source. */
const SKIPPED = new Set([
  'node_modules',
  'dist',
  'generated',
  '.git',
  '.nx',
  '.turnpike',
  '.cache',
  'coverage',
]);

export { root };

/** Files below `folder`, from the root with /, whose names match. */
export function listFiles(folder: string, matching: RegExp): string[] {
  const absolute = path.join(root, folder);
  if (!fs.existsSync(absolute)) return [];
  return fs.readdirSync(absolute, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return listFiles(file, matching);
    return entry.isFile() && matching.test(entry.name) ? [file] : [];
  });
}

export const readSource = (file: string): string => fs.readFileSync(path.join(root, file), 'utf8');

/** Hand-written TypeScript of apps, libs and tests. */
export const listSources = (): string[] =>
  ['apps', 'libs', 'test'].flatMap((folder) => listFiles(folder, /\.tsx?$/));

export const lineCount = (file: string): number => readSource(file).trimEnd().split('\n').length;
