import { createKeyDigest, parseKey } from '@turnpike/identity';
import { GatewayError } from '@turnpike/kernel';
import { PrismaDatabase } from '@turnpike/persistence/prisma-database';
import type { Pool } from 'pg';
import { ensureBootstrapAccount, ensureKey } from './first-keys';

export interface BootstrapContext {
  readonly pool: Pool;
  readonly pepper: string;
}

/**
 * Makes the key of TURNPIKE_ADMIN_KEY an admin key and ends the one that the setting held before. A key that somebody
 * revoked stays revoked: the way back in is a new key in the setting.
 * @throws GatewayError invalid_request when the text is no admin key; the text is not repeated.
 */
export async function ensureBootstrapAdmin(context: BootstrapContext, adminKey: string): Promise<void> {
  if (parseKey(adminKey)?.kind !== 'admin') {
    throw new GatewayError(
      'invalid_request',
      'TURNPIKE_ADMIN_KEY is not an admin key (tpa_...). Make one with: turnpike keys generate admin',
    );
  }
  const database = new PrismaDatabase(context.pool);
  try {
    const serviceAccountId = await ensureBootstrapAccount(database);
    const first = {
      key: adminKey,
      name: 'TURNPIKE_ADMIN_KEY',
      origin: 'environment',
      serviceAccountId,
    } as const;
    await ensureKey(database, context.pepper, first);
    const digest = new Uint8Array(createKeyDigest(context.pepper)(adminKey));
    await database.virtualKey.deleteMany({
      where: { origin: 'environment', revokedAt: null, digest: { not: digest } },
    });
  } finally {
    await database.$disconnect();
  }
}
