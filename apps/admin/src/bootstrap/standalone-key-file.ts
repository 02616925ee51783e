import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { parseKey } from '@turnpike/identity';
import { GatewayError, isObject } from '@turnpike/kernel';

export interface StandaloneKeys {
  readonly adminKey: string;
  readonly developerKey: string;
}

const OWNER_ONLY = 0o600;

export const standaloneKeysFile = (dataDir: string): string => path.join(dataDir, 'keys.json');

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
export async function writeStandaloneKeys(dataDir: string, keys: StandaloneKeys): Promise<void> {
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
