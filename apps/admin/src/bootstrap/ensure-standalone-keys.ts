import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { mintKey, parseKey } from '@turnpike/identity';
import { GatewayError, isObject } from '@turnpike/kernel';
import { PrismaDatabase } from '@turnpike/persistence/prisma-database';
import type { BootstrapContext } from './ensure-bootstrap-admin';
import { ensureBootstrapAccount, ensureKey, ensurePerson, ensureProject } from './first-keys';

export interface StandaloneKeys {
  readonly adminKey: string;
  readonly developerKey: string;
}

const OWNER_ONLY = 0o600;

export const standaloneKeysFile = (dataDir: string): string => path.join(dataDir, 'keys.json');

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
  if (!kept) await writeKeys(dataDir, keys);
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

/** Undefined when the directory has none yet. @throws GatewayError invalid_request when the file cannot be used. */
export async function readStandaloneKeys(dataDir: string): Promise<StandaloneKeys | undefined> {
  const file = standaloneKeysFile(dataDir);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isObject(error) && error['code'] === 'ENOENT') return undefined;
    throw new GatewayError('invalid_request', `The key file ${file} cannot be read.`, { cause: error });
  }
  const keys = parseKeys(text);
  if (!keys) {
    const advice = 'Restore it, or delete it to get new keys.';
    throw new GatewayError('invalid_request', `The key file ${file} holds no valid keys. ${advice}`);
  }
  await chmod(file, OWNER_ONLY);
  return keys;
}

function parseKeys(text: string): StandaloneKeys | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { adminKey, developerKey } = value;
  if (typeof adminKey !== 'string' || typeof developerKey !== 'string') return undefined;
  const fits = parseKey(adminKey)?.kind === 'admin' && parseKey(developerKey)?.kind === 'developer';
  return fits ? { adminKey, developerKey } : undefined;
}

/** Whole or not at all, and never readable by others, not even for a moment. */
async function writeKeys(dataDir: string, keys: StandaloneKeys): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const file = standaloneKeysFile(dataDir);
  const draft = `${file}.${process.pid}.tmp`;
  const handle = await open(draft, 'w', OWNER_ONLY);
  try {
    await handle.writeFile(`${JSON.stringify(keys, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
