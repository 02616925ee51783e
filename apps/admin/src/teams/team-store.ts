import { Inject, Injectable } from '@nestjs/common';
import { uuidv7 } from '@turnpike/kernel';
import type { Prisma } from '@turnpike/persistence/generated/client';
import { PrismaDatabase } from '@turnpike/persistence/prisma-database';
import { nextVersion, requireMatch, versionConflict, type IfMatch } from '../http/entity-tag';
import { notFound, refuseDuplicate } from '../http/refuse-duplicate';
import { readPage, type Page, type Window } from '../schema/page';
import { type Db } from '../schema/references';
import type { CreateTeam, ListTeamQuery, PatchTeam, TeamResource } from './team-endpoints';

type Row = Prisma.TeamGetPayload<object>;

@Injectable()
export class TeamsStore {
  constructor(@Inject(PrismaDatabase) private readonly database: PrismaDatabase) {}

  list(query: ListTeamQuery): Promise<Page<TeamResource>> {
    const filters: Prisma.TeamWhereInput = { slug: query.slug, name: query.name };
    const find = ({ after, orderBy, take }: Window): Promise<Row[]> =>
      this.database.team.findMany({ where: { AND: [filters, after] }, orderBy, take });
    return readPage(query, find, present);
  }

  /** @throws GatewayError already_exists */
  async create(db: Db, body: CreateTeam): Promise<TeamResource> {
    const data = { id: uuidv7(), slug: body.slug, name: body.name };
    return present(await refuseDuplicate('team', 'slug', db.team.create({ data })));
  }

  /** @throws GatewayError not_found */
  async get(id: string): Promise<TeamResource> {
    return present(await this.#read(this.database, id));
  }

  /** @throws GatewayError not_found | precondition_failed */
  patch(id: string, body: PatchTeam, ifMatch: IfMatch): Promise<TeamResource> {
    return this.database.$transaction(async (db) => {
      const { updatedAt } = await this.#read(db, id);
      requireMatch(ifMatch, updatedAt);
      const data = { name: body.name, updatedAt: nextVersion(updatedAt) };
      const { count } = await db.team.updateMany({ where: { id, updatedAt }, data });
      if (count === 0) throw versionConflict();
      return present(await this.#read(db, id));
    });
  }

  async #read(db: Db, id: string): Promise<Row> {
    const row = await db.team.findUnique({ where: { id } });
    if (!row) throw notFound('team');
    return row;
  }
}

const present = (row: Row): TeamResource => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
