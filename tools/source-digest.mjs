/** Tells whether the compiled tree still belongs to the sources: a digest over everything the build reads. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './run-child.mjs';

const ROOTS = ['apps', 'libs'];
const FILES = ['.swcrc', 'package-lock.json', 'prisma/schema.prisma', 'tools/build.mjs'];
const SKIPPED = /(?:^|\/)(?:node_modules|generated)$|\.spec\.tsx?$|(?:^|\/)project\.json$/;

function* walk(folder) {
  for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const file = `${folder}/${entry.name}`;
    if (SKIPPED.test(file)) continue;
    if (entry.isDirectory()) yield* walk(file);
    else if (entry.isFile()) yield file;
  }
}

const digestFiles = (files) => {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(fs.readFileSync(path.join(root, file)))
      .update('\0');
  return hash.digest('hex');
};

/** Paths of all sources that the build compiles or copies, relative to the root, sorted. */
export const listSources = () =>
  ROOTS.filter((folder) => fs.existsSync(path.join(root, folder))).flatMap((folder) =>
    [...walk(folder)].sort(),
  );

export const digestSources = () => digestFiles([...FILES, ...listSources()]);
export const digestSchema = () => digestFiles(['prisma/schema.prisma', 'package-lock.json']);

/** Content of a stamp file; '' when there is none. */
export function readStamp(file) {
  try {
    return fs.readFileSync(path.join(root, file), 'utf8');
  } catch {
    return '';
  }
}

export function writeStamp(file, content) {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), content);
}
