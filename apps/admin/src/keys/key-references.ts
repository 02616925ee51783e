import { InvalidReference } from '../schema/invalid-reference';
import { findProjectId, refersTo, type Db } from '../schema/references';
import { isId } from '../schema/text';

/** Who holds a key; a service account may lend its project to keys that name none. */
export interface KeyOwner {
  readonly personId?: string;
  readonly serviceAccountId?: string;
  readonly projectId?: string | null;
}

/** @throws GatewayError invalid_request when nobody is called so. */
export async function findOwner(db: Db, reference: string): Promise<KeyOwner> {
  if (isId(reference) || reference.includes('@')) {
    const person = await db.person.findFirst({ where: refersTo('email', reference), select: { id: true } });
    if (person) return { personId: person.id };
  }
  if (!reference.includes('@')) {
    const where = refersTo('slug', reference);
    const account = await db.serviceAccount.findFirst({ where, select: { id: true, projectId: true } });
    if (account) return { serviceAccountId: account.id, projectId: account.projectId };
  }
  throw new InvalidReference('owner', reference);
}

/** Ids of the projects that a key may name, each once. @throws GatewayError invalid_request */
export async function findProjectIds(db: Db, references: readonly string[]): Promise<string[]> {
  const ids = new Set<string>();
  for (const reference of references) {
    const id = await findProjectId(db, reference);
    if (id) ids.add(id);
  }
  return [...ids];
}

/**
 * The default project of a new key: the one named, else the only one listed, else that of the service account.
 * A longer list makes no default: the caller has to choose at each call.
 */
export function chooseDefault(named: string | null | undefined, listed: readonly string[], owner: KeyOwner) {
  if (named) return named;
  if (listed.length > 0) return listed.length === 1 ? listed[0] : null;
  return owner.projectId ?? null;
}
