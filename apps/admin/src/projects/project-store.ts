import { Inject, Injectable } from '@nestjs/common';
import { uuidv7 } from '@turnpike/kernel';
import type { Prisma } from '@turnpike/persistence/generated/client';
import { PrismaDatabase } from '@turnpike/persistence/prisma-database';
import { nextVersion, requireMatch, versionConflict, type IfMatch } from '../http/entity-tag';
import { notFound, refuseDuplicate } from '../http/refuse-duplicate';
import { readPage, type Page, type Window } from '../schema/page';
import { findTeamId, refersTo, type Db } from '../schema/references';
import type { CreateProject, ListProjectQuery, PatchProject, ProjectResource } from './project-endpoints';

const WITH = { team: { select: { slug: true } } } as const;

type Row = Prisma.ProjectGetPayload<{ include: typeof WITH }>;

@Injectable()
export class ProjectsStore {
  constructor(@Inject(PrismaDatabase) private readonly database: PrismaDatabase) {}

  list(query: ListProjectQuery): Promise<Page<ProjectResource>> {
    const filters: Prisma.ProjectWhereInput = {
      slug: query.slug,
      name: query.name,
      team: refersTo('slug', query.team),
    };
    const find = ({ after, orderBy, take }: Window): Promise<Row[]> =>
      this.database.project.findMany({ where: { AND: [filters, after] }, include: WITH, orderBy, take });
    return readPage(query, find, present);
  }

  /** @throws GatewayError already_exists */
  async create(db: Db, body: CreateProject): Promise<ProjectResource> {
    const teamId = await findTeamId(db, body.team);
    const data = { id: uuidv7(), slug: body.slug, name: body.name, teamId };
    return present(await refuseDuplicate('project', 'slug', db.project.create({ data, include: WITH })));
  }

  /** @throws GatewayError not_found */
  async get(id: string): Promise<ProjectResource> {
    return present(await this.#read(this.database, id));
  }

  /** @throws GatewayError not_found | precondition_failed */
  patch(id: string, body: PatchProject, ifMatch: IfMatch): Promise<ProjectResource> {
    return this.database.$transaction(async (db) => {
      const { updatedAt } = await this.#read(db, id);
      requireMatch(ifMatch, updatedAt);
      const data = {
        name: body.name,
        teamId: await findTeamId(db, body.team),
        updatedAt: nextVersion(updatedAt),
      };
      const { count } = await db.project.updateMany({ where: { id, updatedAt }, data });
      if (count === 0) throw versionConflict();
      return present(await this.#read(db, id));
    });
  }

  async #read(db: Db, id: string): Promise<Row> {
    const row = await db.project.findUnique({ where: { id }, include: WITH });
    if (!row) throw notFound('project');
    return row;
  }
}

const present = (row: Row): ProjectResource => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  team: row.team?.slug ?? null,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
