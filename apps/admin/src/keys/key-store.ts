import { Inject, Injectable } from '@nestjs/common';
import type { DigestKey } from '@turnpike/identity';
import { GatewayError } from '@turnpike/kernel';
import type { Prisma } from '@turnpike/persistence/generated/client';
import { PrismaDatabase } from '@turnpike/persistence/prisma-database';
import { nextVersion, requireMatch, versionConflict, type IfMatch } from '../http/entity-tag';
import { notFound } from '../http/refuse-duplicate';
import { readPage, type Page, type Window } from '../schema/page';
import { findProjectId, refersTo, type Db } from '../schema/references';
import type { CreateKey, KeyResource, ListKeysQuery, MintedKey, PatchKey } from './key-endpoints';
import { chooseDefault, findOwner, findProjectIds } from './key-references';
import { mintColumns, presentKey, WITH_NAMES, type KeyRow } from './key-row';

/** Injection token of the function that digests keys. */
export const DIGEST_KEY = Symbol('DigestKey');

@Injectable()
export class KeyStore {
  constructor(
    @Inject(PrismaDatabase) private readonly database: PrismaDatabase,
    @Inject(DIGEST_KEY) private readonly digest: DigestKey,
  ) {}

  list(query: ListKeysQuery): Promise<Page<KeyResource>> {
    const filters = filtersOf(query);
    const find = ({ after, orderBy, take }: Window): Promise<KeyRow[]> =>
      this.database.virtualKey.findMany({
        where: { AND: [filters, after] },
        include: WITH_NAMES,
        orderBy,
        take,
      });
    return readPage(query, find, presentKey);
  }

  async create(db: Db, body: CreateKey): Promise<MintedKey> {
    const { owner: reference, project, projects = [], kind, expiresAt, ...plain } = body;
    const owner = await findOwner(db, reference);
    const listed = await findProjectIds(db, projects);
    const { key, columns } = mintColumns(kind, this.digest);
    const row = await db.virtualKey.create({
      data: {
        ...plain,
        ...columns,
        personId: owner.personId,
        serviceAccountId: owner.serviceAccountId,
        defaultProjectId: chooseDefault(await findProjectId(db, project), listed, owner),
        expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
        projects: { create: listed.map((projectId) => ({ projectId })) },
      },
      include: WITH_NAMES,
    });
    return { ...presentKey(row), key };
  }

  /** @throws GatewayError not_found */
  async get(id: string): Promise<KeyResource> {
    return presentKey(await this.#read(this.database, id));
  }

  /** @throws GatewayError not_found | precondition_failed */
  patch(id: string, body: PatchKey, ifMatch: IfMatch): Promise<KeyResource> {
    return this.database.$transaction(async (db) => {
      const { updatedAt } = await this.#read(db, id);
      requireMatch(ifMatch, updatedAt);
      const { project, projects, allowedModels, expiresAt, ...plain } = body;
      await this.#write(db, id, updatedAt, {
        ...plain,
        defaultProjectId: await findProjectId(db, project),
        allowedModels: allowedModels === null ? [] : allowedModels,
        expiresAt: typeof expiresAt === 'string' ? new Date(expiresAt) : expiresAt,
      });
      if (projects) {
        const listed = await findProjectIds(db, projects);
        await db.keyProject.deleteMany({ where: { keyId: id } });
        await db.keyProject.createMany({ data: listed.map((projectId) => ({ keyId: id, projectId })) });
      }
      return presentKey(await this.#read(db, id));
    });
  }

  /** Revoking twice changes nothing. @throws GatewayError not_found */
  async revoke(id: string): Promise<KeyResource> {
    const row = await this.#read(this.database, id);
    if (row.revokedAt) return presentKey(row);
    const data = { revokedAt: new Date(), updatedAt: nextVersion(row.updatedAt) };
    await this.database.virtualKey.updateMany({ where: { id, revokedAt: null }, data });
    return this.get(id);
  }

  /** A successor with the same rights; the old key ends with the overlap. @throws GatewayError not_found | state_conflict */
  async rotate(db: Db, id: string, overlapMs: number): Promise<MintedKey> {
    const old = await this.#read(db, id);
    const now = new Date();
    refuseDead(old, now);
    const end = new Date(now.getTime() + overlapMs);
    const ending = overlapMs === 0 ? { revokedAt: now } : { expiresAt: earlier(old.expiresAt, end) };
    await this.#write(db, id, old.updatedAt, ending);
    const { key, columns } = mintColumns(presentKey(old).kind, this.digest);
    const row = await db.virtualKey.create({
      data: {
        ...columns,
        name: old.name,
        personId: old.personId,
        serviceAccountId: old.serviceAccountId,
        defaultProjectId: old.defaultProjectId,
        allowedModels: old.allowedModels,
        labels: old.labels ?? {},
        expiresAt: old.expiresAt,
        projects: { create: old.projects.map(({ projectId }) => ({ projectId })) },
      },
      include: WITH_NAMES,
    });
    return { ...presentKey(row), key };
  }

  async #write(
    db: Db,
    id: string,
    seen: Date,
    change: Prisma.VirtualKeyUncheckedUpdateManyInput,
  ): Promise<void> {
    const data = { ...change, updatedAt: nextVersion(seen) };
    const { count } = await db.virtualKey.updateMany({ where: { id, updatedAt: seen }, data });
    if (count === 0) throw versionConflict();
  }

  async #read(db: Db, id: string): Promise<KeyRow> {
    const row = await db.virtualKey.findUnique({ where: { id }, include: WITH_NAMES });
    if (!row) throw notFound('key');
    return row;
  }
}

const earlier = (one: Date | null, other: Date): Date => (one && one < other ? one : other);

function filtersOf(query: ListKeysQuery): Prisma.VirtualKeyWhereInput {
  const { owner, kind, name, project, last4, origin, revoked } = query;
  const owners = [{ person: refersTo('email', owner) }, { serviceAccount: refersTo('slug', owner) }];
  return {
    kind,
    name,
    last4,
    origin,
    defaultProject: refersTo('slug', project),
    OR: owner === undefined ? undefined : owners,
    revokedAt: revoked === undefined ? undefined : revoked ? { not: null } : null,
  };
}

function refuseDead(row: KeyRow, now: Date): void {
  const conflict = (message: string): GatewayError =>
    new GatewayError('state_conflict', message, { status: 409 });
  if (row.origin === 'environment') {
    throw conflict('This key comes from TURNPIKE_ADMIN_KEY: change that setting and restart instead.');
  }
  if (row.revokedAt) throw conflict('A revoked key has no successor. Create a new key.');
  if (row.expiresAt && row.expiresAt <= now)
    throw conflict('An expired key has no successor. Create a new key.');
}
