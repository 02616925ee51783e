import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folder of migrations that ships with this build: beside the sources, or above the compiled output. */
export function findMigrations(from: string = __dirname): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'prisma', 'migrations');
    if (existsSync(candidate)) return candidate;
    if (path.dirname(folder) === folder)
      throw new Error('This installation is incomplete: its folder prisma/migrations is missing.');
  }
}
