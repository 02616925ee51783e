import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { isObject, type JsonObject } from '@turnpike/kernel';

const OWNER_ONLY = 0o600;
const PEPPER_LENGTH = 32;
const SECRET_KEY_BYTES = 32;

/** Secrets of an installation. What the environment gives goes first. */
export interface StandaloneSecrets {
  readonly pepper: string;
  /** Base64, 32 bytes each: the first encrypts, all decrypt. */
  readonly secretKeys: readonly string[];
}

export interface GivenSecrets {
  readonly pepper?: string;
  readonly secretKeys?: readonly string[];
}

/**
 * Secrets of a standalone installation that the environment does not give: made once, kept in the data directory,
 * readable by its owner alone.
 */
export async function ensureSecrets(dataDir: string, given: GivenSecrets): Promise<StandaloneSecrets> {
  const { pepper, secretKeys = [] } = given;
  if (pepper !== undefined && secretKeys.length > 0) return { pepper, secretKeys };
  const file = path.join(dataDir, 'secrets.json');
  const kept = await readKept(file);
  const made: JsonObject = {};
  if (pepper === undefined && kept.pepper === undefined) made.keyPepper = randomBytes(48).toString('base64');
  if (secretKeys.length === 0 && kept.secretKeys === undefined)
    made.secretKeys = [randomBytes(SECRET_KEY_BYTES).toString('base64')];
  if (Object.keys(made).length > 0) {
    await mkdir(dataDir, { recursive: true });
    await write(file, { ...kept.json, ...made });
    return ensureSecrets(dataDir, given);
  }
  return {
    pepper: pepper ?? kept.pepper ?? '',
    secretKeys: secretKeys.length > 0 ? secretKeys : (kept.secretKeys ?? []),
  };
}

/** Written beside and renamed: a crash leaves either the file as it was or a whole new one. */
async function write(file: string, json: JsonObject): Promise<void> {
  const draft = `${file}.${process.pid}`;
  const handle = await open(draft, 'w', OWNER_ONLY);
  await handle.writeFile(JSON.stringify(json, null, 2) + '\n');
  await handle.sync();
  await handle.close();
  await rename(draft, file);
}

interface KeptSecrets {
  readonly json: JsonObject;
  readonly pepper?: string;
  readonly secretKeys?: readonly string[];
}

/** Nothing where there is no file. @throws Error when the file is damaged, without its contents. */
async function readKept(file: string): Promise<KeptSecrets> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { json: {} };
    throw error;
  }
  const kept = parseKept(text);
  if (!kept) throw new Error(`${file} is damaged: restore it, or delete the data directory to begin anew.`);
  return kept;
}

const isSecretKey = (value: unknown): value is string =>
  typeof value === 'string' && Buffer.from(value, 'base64').length === SECRET_KEY_BYTES;

/** undefined: damaged. */
function parseKept(text: string): KeptSecrets | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(json)) return undefined;
  const { keyPepper: pepper, secretKeys } = json;
  if (pepper !== undefined && (typeof pepper !== 'string' || pepper.length < PEPPER_LENGTH)) return undefined;
  if (secretKeys === undefined) return { json, pepper };
  const good = Array.isArray(secretKeys) && secretKeys.length > 0 && secretKeys.every(isSecretKey);
  return good ? { json, pepper, secretKeys } : undefined;
}
