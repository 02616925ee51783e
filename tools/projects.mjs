/** `node tools/projects.mjs`: gives each app and lib its project.json and keeps what its sources import (specs apart). */
import fs from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from './run-child.mjs';

const IMPORT = /(?:from|import|require)\s*\(?\s*['"]([^'"\n]+)['"]/g;

const foldersIn = (parent) =>
  fs
    .readdirSync(path.join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${parent}/${entry.name}`);

function* sourcesOf(folder) {
  for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== 'generated') yield* sourcesOf(file);
    else if (/\.ts$/.test(entry.name) && !/\.spec\.ts$/.test(entry.name)) yield file;
  }
}

function projectOf(file, specifier) {
  const alias = /^@turnpike\/([^/]+)/.exec(specifier)?.[1];
  if (alias || !specifier.startsWith('.')) return alias;
  return /^(?:apps|libs)\/([^/]+)/.exec(path.posix.join(path.posix.dirname(file), specifier))?.[1];
}

/** Names of the projects that the sources below `folder` import, sorted. */
function importsOf(folder) {
  const found = new Set();
  for (const file of sourcesOf(folder)) {
    const text = fs.readFileSync(path.join(root, file), 'utf8');
    for (const [, specifier] of text.matchAll(IMPORT)) found.add(projectOf(file, specifier));
  }
  found.delete(undefined);
  found.delete(path.basename(folder));
  return [...found].sort();
}

const KINDS = {
  foundation: ['kernel', 'protocol', 'dialects'],
  platform: ['config', 'telemetry', 'persistence'],
  pipeline: ['pipeline'],
  testing: ['testing'],
};

function kindOf(folder) {
  if (folder.startsWith('apps/')) return 'app';
  return Object.keys(KINDS).find((kind) => KINDS[kind].includes(path.basename(folder))) ?? 'feature';
}

const describeProject = (folder) => ({
  $schema: '../../node_modules/nx/schemas/project-schema.json',
  name: path.basename(folder),
  sourceRoot: `${folder}/src`,
  projectType: folder.startsWith('apps/') ? 'application' : 'library',
  tags: [`type:${kindOf(folder)}`, `scope:${path.basename(folder)}`],
  implicitDependencies: importsOf(folder),
  targets: {
    test: { command: `jest --selectProjects unit --testPathPatterns ^.*/${folder}/`, cache: true },
    lint: { command: `eslint ${folder}`, cache: true },
  },
});

for (const folder of ['apps', 'libs'].flatMap(foldersIn)) {
  if ([...sourcesOf(folder)].length === 0) continue;
  const file = path.join(root, folder, 'project.json');
  const text = await format(JSON.stringify(describeProject(folder)), {
    ...(await resolveConfig(file)),
    parser: 'json',
  });
  if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) fs.writeFileSync(file, text);
}
