import type { Pool } from 'pg';
import type { ProjectRef } from '../domain/principal';
import { ProjectStore } from '../domain/resolve-project';

export class PgProjectStore extends ProjectStore {
  constructor(private readonly pool: Pool) {
    super();
  }

  async findBySlug(slug: string): Promise<ProjectRef | undefined> {
    const { rows } = await this.pool.query<ProjectRef>({
      name: 'identity_find_project_by_slug',
      text: 'SELECT id, slug FROM project WHERE slug = $1',
      values: [slug],
    });
    return rows[0];
  }
}
