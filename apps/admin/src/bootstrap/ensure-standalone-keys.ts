import { mintKey } from '@turnpike/identity';
import { PrismaDatabase } from '@turnpike/persistence/prisma-database';
import type { BootstrapContext } from './ensure-bootstrap-admin';
import { readStandaloneKeys, writeStandaloneKeys, type StandaloneKeys } from './standalone-key-file';
import { ensureBootstrapAccount, ensureKey, ensurePerson, ensureProject } from './first-keys';

export { standaloneKeysFile } from './standalone-key-file';

/**
 * The first admin key and the first developer key of a data directory: made once, kept there with mode 0600, known to
 * whatever database the process runs on.
 */
export async function ensureStandaloneKeys(
  context: BootstrapContext,
  dataDir: string,
): Promise<StandaloneKeys & { readonly created: boolean }> {
  const kept = await readStandaloneKeys(dataDir);
  const keys = kept ?? { adminKey: mintKey('admin'), developerKey: mintKey('developer') };
  if (!kept) await writeStandaloneKeys(dataDir, keys);
  const database = new PrismaDatabase(context.pool);
  try {
    const origin = 'standalone';
    const serviceAccountId = await ensureBootstrapAccount(database);
    const admin = { key: keys.adminKey, name: 'first admin key', origin, serviceAccountId } as const;
    await ensureKey(database, context.pepper, admin);
    const personId = await ensurePerson(database, 'developer@localhost');
    const defaultProjectId = await ensureProject(database, 'default');
    const developer = { key: keys.developerKey, name: 'first developer key', origin, personId } as const;
    await ensureKey(database, context.pepper, { ...developer, defaultProjectId });
  } finally {
    await database.$disconnect();
  }
  return { ...keys, created: !kept };
}
