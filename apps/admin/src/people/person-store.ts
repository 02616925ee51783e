import { Inject, Injectable } from '@nestjs/common';
import { uuidv7 } from '@turnpike/kernel';
import type { Prisma } from '@turnpike/persistence/generated/client';
import { PrismaDatabase } from '@turnpike/persistence/prisma-database';
import { nextVersion, requireMatch, versionConflict, type IfMatch } from '../http/entity-tag';
import { notFound, refuseDuplicate } from '../http/refuse-duplicate';
import { readPage, type Page, type Window } from '../schema/page';
import { findTeamId, refersTo, type Db } from '../schema/references';
import {
  role,
  type CreatePerson,
  type ListPersonQuery,
  type PatchPerson,
  type PersonResource,
} from './person-endpoints';

const WITH = { team: { select: { slug: true } } } as const;

type Row = Prisma.PersonGetPayload<{ include: typeof WITH }>;

@Injectable()
export class PeopleStore {
  constructor(@Inject(PrismaDatabase) private readonly database: PrismaDatabase) {}

  list(query: ListPersonQuery): Promise<Page<PersonResource>> {
    const filters: Prisma.PersonWhereInput = {
      email: query.email,
      name: query.name,
      role: query.role,
      team: refersTo('slug', query.team),
    };
    const find = ({ after, orderBy, take }: Window): Promise<Row[]> =>
      this.database.person.findMany({ where: { AND: [filters, after] }, include: WITH, orderBy, take });
    return readPage(query, find, present);
  }

  /** @throws GatewayError already_exists */
  async create(db: Db, body: CreatePerson): Promise<PersonResource> {
    const teamId = await findTeamId(db, body.team);
    const data = { id: uuidv7(), email: body.email, name: body.name, role: body.role, teamId };
    return present(await refuseDuplicate('person', 'email', db.person.create({ data, include: WITH })));
  }

  /** @throws GatewayError not_found */
  async get(id: string): Promise<PersonResource> {
    return present(await this.#read(this.database, id));
  }

  /** @throws GatewayError not_found | precondition_failed */
  patch(id: string, body: PatchPerson, ifMatch: IfMatch): Promise<PersonResource> {
    return this.database.$transaction(async (db) => {
      const { updatedAt } = await this.#read(db, id);
      requireMatch(ifMatch, updatedAt);
      const data = {
        name: body.name,
        role: body.role,
        teamId: await findTeamId(db, body.team),
        updatedAt: nextVersion(updatedAt),
      };
      const { count } = await db.person.updateMany({ where: { id, updatedAt }, data });
      if (count === 0) throw versionConflict();
      return present(await this.#read(db, id));
    });
  }

  async #read(db: Db, id: string): Promise<Row> {
    const row = await db.person.findUnique({ where: { id }, include: WITH });
    if (!row) throw notFound('person');
    return row;
  }
}

const present = (row: Row): PersonResource => ({
  id: row.id,
  email: row.email,
  name: row.name,
  team: row.team?.slug ?? null,
  role: role.parse(row.role),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
