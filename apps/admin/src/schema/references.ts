import type { Prisma } from '@turnpike/persistence/generated/client';
import { InvalidReference } from './invalid-reference';
import { isId } from './text';

/** The part of Prisma that also works inside a transaction. */
export type Db = Prisma.TransactionClient;

/** A filter by reference: an id or the name in its column. */
export const refersTo = <Column extends string>(column: Column, reference: string | undefined) =>
  reference === undefined ? undefined : isId(reference) ? { id: reference } : { [column]: reference };

/** Id of a team named by slug or id; null and undefined stay. @throws GatewayError invalid_request */
export async function findTeamId(
  db: Db,
  reference: string | null | undefined,
): Promise<string | null | undefined> {
  if (reference === null || reference === undefined) return reference;
  const team = await db.team.findFirst({ where: refersTo('slug', reference), select: { id: true } });
  if (!team) throw new InvalidReference('team', reference);
  return team.id;
}

/** Id of a project named by slug or id; null and undefined stay. @throws GatewayError invalid_request */
export async function findProjectId(
  db: Db,
  reference: string | null | undefined,
): Promise<string | null | undefined> {
  if (reference === null || reference === undefined) return reference;
  const project = await db.project.findFirst({ where: refersTo('slug', reference), select: { id: true } });
  if (!project) throw new InvalidReference('project', reference);
  return project.id;
}
