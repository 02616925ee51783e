import path from 'node:path';
import ts from 'typescript';
import { listFiles, listSources, readSource } from './source-files';

interface Project {
  readonly name: string;
  readonly tags: readonly string[];
  readonly implicitDependencies: readonly string[];
}

const KIND: Readonly<Record<string, string>> = {
  kernel: 'foundation',
  protocol: 'foundation',
  dialects: 'foundation',
  config: 'platform',
  telemetry: 'platform',
  persistence: 'platform',
  pipeline: 'pipeline',
  testing: 'testing',
};

const kindOf = (folder: string): string =>
  folder.startsWith('apps/') ? 'app' : (KIND[path.basename(folder)] ?? 'feature');

/** `apps/admin` of `apps/admin/src/main.ts`; undefined outside of apps and libs. */
const folderOf = (file: string): string | undefined => /^(?:apps|libs)\/[^/]+/.exec(file)?.[0];

/** Name of the other project that a specifier leads to. */
function projectOf(file: string, specifier: string): string | undefined {
  const alias = /^@turnpike\/([^/]+)/.exec(specifier)?.[1];
  if (alias !== undefined) return alias;
  if (!specifier.startsWith('.')) return undefined;
  const target = folderOf(path.posix.join(path.posix.dirname(file), specifier));
  return target === undefined ? undefined : path.basename(target);
}

const folders = [...new Set(listSources().flatMap((file) => folderOf(file) ?? []))];

describe.each(folders)('%s', (folder) => {
  const read = (): Project => JSON.parse(readSource(`${folder}/project.json`)) as Project;

  it('is a project with the tags of its place', () => {
    const { name, tags } = read();
    expect({ name, tags }).toEqual({
      name: path.basename(folder),
      tags: [`type:${kindOf(folder)}`, `scope:${path.basename(folder)}`],
    });
  });

  it('lists the projects its sources import (tools/projects.mjs does it), so that the build graph knows them', () => {
    const sources = listFiles(folder, /\.tsx?$/).filter((file) => !file.endsWith('.spec.ts'));
    const found = sources.flatMap((file) =>
      ts
        .preProcessFile(readSource(file), true, true)
        .importedFiles.flatMap(({ fileName }) => projectOf(file, fileName) ?? []),
    );
    const imported = new Set(found.filter((name) => name !== path.basename(folder)));
    expect([...read().implicitDependencies].sort()).toEqual([...imported].sort());
  });
});
