import { createKeyDigest } from '@turnpike/identity';
import { uuidv7 } from '@turnpike/kernel';
import type { PrismaDatabase } from '@turnpike/persistence/prisma-database';
import { columnsOf } from '../keys/key-row';

/** Whose key it is, beside the key. All of these may exist already, also because another replica is quicker. */
export interface FirstKey {
  readonly key: string;
  readonly name: string;
  readonly origin: 'environment' | 'standalone';
  readonly personId?: string;
  readonly serviceAccountId?: string;
  readonly defaultProjectId?: string;
}

/** The service account that keys made at start-up without a person belong to. */
export async function ensureBootstrapAccount(database: PrismaDatabase): Promise<string> {
  const slug = 'bootstrap';
  await database.serviceAccount.createMany({ data: [{ id: uuidv7(), slug }], skipDuplicates: true });
  return (await database.serviceAccount.findUniqueOrThrow({ where: { slug } })).id;
}

export async function ensurePerson(database: PrismaDatabase, email: string): Promise<string> {
  await database.person.createMany({ data: [{ id: uuidv7(), email }], skipDuplicates: true });
  return (await database.person.findUniqueOrThrow({ where: { email } })).id;
}

export async function ensureProject(database: PrismaDatabase, slug: string): Promise<string> {
  await database.project.createMany({ data: [{ id: uuidv7(), slug }], skipDuplicates: true });
  return (await database.project.findUniqueOrThrow({ where: { slug } })).id;
}

/** Stores a key once. One that was revoked meanwhile stays revoked. */
export async function ensureKey(database: PrismaDatabase, pepper: string, first: FirstKey): Promise<void> {
  const { key, ...plain } = first;
  const data = { id: uuidv7(), ...plain, ...columnsOf(key, createKeyDigest(pepper)) };
  await database.virtualKey.createMany({ data: [data], skipDuplicates: true });
}
