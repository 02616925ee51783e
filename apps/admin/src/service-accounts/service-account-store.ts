import { Inject, Injectable } from '@nestjs/common';
import { uuidv7 } from '@turnpike/kernel';
import type { Prisma } from '@turnpike/persistence/generated/client';
import { PrismaDatabase } from '@turnpike/persistence/prisma-database';
import { nextVersion, requireMatch, versionConflict, type IfMatch } from '../http/entity-tag';
import { notFound, refuseDuplicate } from '../http/refuse-duplicate';
import { readPage, type Page, type Window } from '../schema/page';
import { findProjectId, findTeamId, refersTo, type Db } from '../schema/references';
import type {
  CreateServiceAccount,
  ListServiceAccountQuery,
  PatchServiceAccount,
  ServiceAccountResource,
} from './service-account-endpoints';

const WITH = { team: { select: { slug: true } }, project: { select: { slug: true } } } as const;

type Row = Prisma.ServiceAccountGetPayload<{ include: typeof WITH }>;

@Injectable()
export class ServiceAccountsStore {
  constructor(@Inject(PrismaDatabase) private readonly database: PrismaDatabase) {}

  list(query: ListServiceAccountQuery): Promise<Page<ServiceAccountResource>> {
    const filters: Prisma.ServiceAccountWhereInput = {
      slug: query.slug,
      team: refersTo('slug', query.team),
      project: refersTo('slug', query.project),
    };
    const find = ({ after, orderBy, take }: Window): Promise<Row[]> =>
      this.database.serviceAccount.findMany({
        where: { AND: [filters, after] },
        include: WITH,
        orderBy,
        take,
      });
    return readPage(query, find, present);
  }

  /** @throws GatewayError already_exists */
  async create(db: Db, body: CreateServiceAccount): Promise<ServiceAccountResource> {
    const [teamId, projectId] = [await findTeamId(db, body.team), await findProjectId(db, body.project)];
    const data = { id: uuidv7(), slug: body.slug, teamId, projectId };
    return present(
      await refuseDuplicate('service account', 'slug', db.serviceAccount.create({ data, include: WITH })),
    );
  }

  /** @throws GatewayError not_found */
  async get(id: string): Promise<ServiceAccountResource> {
    return present(await this.#read(this.database, id));
  }

  /** @throws GatewayError not_found | precondition_failed */
  patch(id: string, body: PatchServiceAccount, ifMatch: IfMatch): Promise<ServiceAccountResource> {
    return this.database.$transaction(async (db) => {
      const { updatedAt } = await this.#read(db, id);
      requireMatch(ifMatch, updatedAt);
      const data = {
        teamId: await findTeamId(db, body.team),
        projectId: await findProjectId(db, body.project),
        updatedAt: nextVersion(updatedAt),
      };
      const { count } = await db.serviceAccount.updateMany({ where: { id, updatedAt }, data });
      if (count === 0) throw versionConflict();
      return present(await this.#read(db, id));
    });
  }

  async #read(db: Db, id: string): Promise<Row> {
    const row = await db.serviceAccount.findUnique({ where: { id }, include: WITH });
    if (!row) throw notFound('service account');
    return row;
  }
}

const present = (row: Row): ServiceAccountResource => ({
  id: row.id,
  slug: row.slug,
  team: row.team?.slug ?? null,
  project: row.project?.slug ?? null,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
