import { readEnvironment } from '@turnpike/config';
import { readOptions } from './read-options';
import { UsageError, type Verb } from './world';

export const migrate: Verb = {
  usage: 'migrate',
  summary: 'bring the database of DATABASE_URL up to date',
  async run(args, { env, cwd, out, err }) {
    if (readOptions(args, {}).positionals.length > 0) throw new UsageError('migrate takes nothing else');
    const { databaseUrl } = readEnvironment({ process: 'migrate', env, cwd });
    const { findMigrations, runMigrations } = await import('@turnpike/persistence');
    const connectionString = databaseUrl?.reveal() ?? '';
    const { applied, edited } = await runMigrations({ connectionString, directory: findMigrations() });
    for (const name of edited) err(`The migration ${name} has changed since it was applied here.\n`);
    out(applied.length > 0 ? `Applied ${applied.join(', ')}.\n` : 'The database is up to date.\n');
    return 0;
  },
};
