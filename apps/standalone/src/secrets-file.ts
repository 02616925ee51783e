import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { isObject } from '@turnpike/kernel';

const OWNER_ONLY = 0o600;

/**
 * The pepper of a standalone installation: made once, kept in the data directory, readable by its owner alone. The
 * environment's goes first.
 */
export async function ensurePepper(dataDir: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  const file = path.join(dataDir, 'secrets.json');
  const kept = await readPepper(file);
  if (kept !== undefined) return kept;
  const pepper = randomBytes(48).toString('base64');
  await mkdir(dataDir, { recursive: true });
  // Written beside and renamed: a crash leaves either no file or a whole one.
  const draft = `${file}.${process.pid}`;
  const handle = await open(draft, 'w', OWNER_ONLY);
  await handle.writeFile(JSON.stringify({ keyPepper: pepper }, null, 2) + '\n');
  await handle.sync();
  await handle.close();
  await rename(draft, file);
  return pepper;
}

async function readPepper(file: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const json: unknown = JSON.parse(text);
  const pepper = isObject(json) ? json['keyPepper'] : undefined;
  if (typeof pepper !== 'string' || pepper.length < 32)
    throw new Error(`${file} is damaged: restore it, or delete the data directory to begin anew.`);
  return pepper;
}
