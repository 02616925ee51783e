import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isObject, type Json } from '@turnpike/kernel';
import { textOf } from './text-of';

/** The folder with package.json and prisma/, whether this runs from sources or compiled. */
export function findProjectRoot(from: string = __dirname): string {
  let folder = from;
  while (!existsSync(path.join(folder, 'prisma/migrations'))) {
    const above = path.dirname(folder);
    if (above === folder) throw new Error('The installation is incomplete: prisma/migrations is missing.');
    folder = above;
  }
  return folder;
}

export function readVersion(): string {
  const manifest = JSON.parse(readFileSync(path.join(findProjectRoot(), 'package.json'), 'utf8')) as Json;
  return isObject(manifest) ? textOf(manifest['version']) : 'unknown';
}
