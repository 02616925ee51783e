import type { Pool } from 'pg';
import { KeyStore, type KeyKind, type Principal, type ProjectRef } from '../domain/principal';

interface KeyRow {
  readonly id: string;
  readonly last4: string;
  readonly kind: KeyKind;
  readonly allowed_models: readonly string[] | null;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly person_id: string | null;
  readonly account_id: string | null;
  readonly owner_label: string;
  readonly team_id: string | null;
  readonly default_project: ProjectRef | null;
  readonly projects: readonly ProjectRef[];
}

/** One statement by digest, prepared once per connection: this is the only SQL on a request's path. */
const FIND_BY_DIGEST = {
  name: 'identity_find_key_by_digest',
  text: `
    SELECT k.id, k.last4, k.kind, k.allowed_models, k.expires_at, k.revoked_at,
           p.id AS person_id, s.id AS account_id,
           coalesce(p.email, s.slug) AS owner_label, coalesce(p.team_id, s.team_id) AS team_id,
           CASE WHEN d.id IS NOT NULL THEN json_build_object('id', d.id, 'slug', d.slug) END AS default_project,
           coalesce((SELECT json_agg(json_build_object('id', a.id, 'slug', a.slug) ORDER BY a.slug)
                       FROM key_project l JOIN project a ON a.id = l.project_id
                      WHERE l.key_id = k.id), '[]'::json) AS projects
      FROM virtual_key k
      LEFT JOIN person p ON p.id = k.person_id
      LEFT JOIN service_account s ON s.id = k.service_account_id
      LEFT JOIN project d ON d.id = k.default_project_id
     WHERE k.digest = $1`,
} as const;

export class PgKeyStore extends KeyStore {
  constructor(private readonly pool: Pool) {
    super();
  }

  async findByDigest(digest: Buffer): Promise<Principal | undefined> {
    const { rows } = await this.pool.query<KeyRow>({ ...FIND_BY_DIGEST, values: [digest] });
    return rows[0] && readPrincipal(rows[0]);
  }
}

function readPrincipal(row: KeyRow): Principal {
  return {
    keyId: row.id,
    last4: row.last4,
    kind: row.kind,
    owner: {
      kind: row.person_id === null ? 'service-account' : 'person',
      id: row.person_id ?? row.account_id ?? '',
      label: row.owner_label,
    },
    teamId: row.team_id ?? undefined,
    defaultProject: row.default_project ?? undefined,
    projects: row.projects,
    allowedModels: row.allowed_models?.length ? row.allowed_models : undefined,
    expiresAtMs: row.expires_at?.getTime(),
    revoked: row.revoked_at !== null,
  };
}
