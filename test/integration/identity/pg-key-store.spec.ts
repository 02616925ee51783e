import { PgKeyStore, PgProjectStore, type Principal } from '@turnpike/identity';
import { describeKeyStore } from '@turnpike/identity/adapters/key-store.contract';
import { createPgPool } from '@turnpike/persistence/pg-pool';
import type { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '@turnpike/testing';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPgPool(database.connectionString);
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function put(digest: Buffer, principal: Principal): Promise<void> {
  const { owner, teamId, defaultProject, projects } = principal;
  const isPerson = owner.kind === 'person';
  if (teamId) await pool.query('INSERT INTO team (id, slug) VALUES ($1, $2)', [teamId, `t-${teamId}`]);
  const table = isPerson ? 'person (id, email, team_id)' : 'service_account (id, slug, team_id)';
  await pool.query(`INSERT INTO ${table} VALUES ($1, $2, $3)`, [owner.id, owner.label, teamId]);
  for (const project of defaultProject ? [defaultProject, ...projects] : projects) {
    const values = [project.id, project.slug];
    await pool.query('INSERT INTO project (id, slug) VALUES ($1, $2) ON CONFLICT DO NOTHING', values);
  }
  await pool.query(
    `INSERT INTO virtual_key (id, digest, last4, kind, person_id, service_account_id, default_project_id,
       allowed_models, expires_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      principal.keyId,
      digest,
      principal.last4,
      principal.kind,
      isPerson ? owner.id : null,
      isPerson ? null : owner.id,
      defaultProject?.id,
      principal.allowedModels ?? [],
      principal.expiresAtMs === undefined ? null : new Date(principal.expiresAtMs),
      principal.revoked ? new Date() : null,
    ],
  );
  for (const project of projects) {
    await pool.query('INSERT INTO key_project VALUES ($1, $2)', [principal.keyId, project.id]);
  }
}

describeKeyStore('postgres', () =>
  Promise.resolve({ keys: new PgKeyStore(pool), projects: new PgProjectStore(pool), put }),
);
