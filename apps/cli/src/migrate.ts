import path from 'node:path';
import { findProjectRoot } from './project-root';
import { readOptions } from './read-options';
import { UsageError, type Verb } from './world';

export const migrate: Verb = {
  usage: 'migrate',
  summary: 'bring the database of DATABASE_URL up to date',
  async run(args, { env, out, err }) {
    if (readOptions(args, {}).positionals.length > 0) throw new UsageError('migrate takes nothing else');
    const connectionString = env['DATABASE_URL'];
    if (!connectionString)
      throw new Error('migrate needs DATABASE_URL, the address of the Postgres database.');
    const { runMigrations } = await import('@turnpike/persistence/migrate/run-migrations');
    const directory = path.join(findProjectRoot(), 'prisma/migrations');
    const { applied, edited } = await runMigrations({ connectionString, directory });
    for (const name of edited) err(`The migration ${name} has changed since it was applied here.\n`);
    out(applied.length > 0 ? `Applied ${applied.join(', ')}.\n` : 'The database is up to date.\n');
    return 0;
  },
};
