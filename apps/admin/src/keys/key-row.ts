import { mintKey, parseKey, type DigestKey, type KeyKind } from '@turnpike/identity';
import { uuidv7 } from '@turnpike/kernel';
import type { Prisma } from '@turnpike/persistence/generated/client';
import { keyResource, type KeyResource } from './key-endpoints';

const SLUG = { select: { slug: true } } as const;

/** Everything that the resource shows beside the key's own columns. */
export const WITH_NAMES = {
  person: { select: { email: true } },
  serviceAccount: SLUG,
  defaultProject: SLUG,
  projects: { select: { projectId: true, project: SLUG }, orderBy: { project: { slug: 'asc' } } },
} as const satisfies Prisma.VirtualKeyInclude;

export type KeyRow = Prisma.VirtualKeyGetPayload<{ include: typeof WITH_NAMES }>;

/** A fresh key and the columns that are kept of it. */
export function mintColumns(kind: KeyKind, digest: DigestKey) {
  const key = mintKey(kind);
  return { key, columns: { id: uuidv7(), ...columnsOf(key, digest) } };
}

/** The columns that are kept of a key: never the key. @throws Error when the text is no key. */
export function columnsOf(key: string, digest: DigestKey) {
  const parsed = parseKey(key);
  if (!parsed) throw new Error('this is not a Turnpike key');
  return { digest: new Uint8Array(digest(key)), kind: parsed.kind, last4: parsed.last4 };
}

export const presentKey = (row: KeyRow): KeyResource => ({
  id: row.id,
  kind: keyResource.shape.kind.parse(row.kind),
  last4: row.last4,
  name: row.name,
  owner: row.person?.email ?? row.serviceAccount?.slug ?? '',
  ownerKind: row.person ? 'person' : 'service-account',
  project: row.defaultProject?.slug ?? null,
  projects: row.projects.map(({ project }) => project.slug),
  allowedModels: row.allowedModels.length > 0 ? row.allowedModels : null,
  labels: keyResource.shape.labels.parse(row.labels),
  origin: keyResource.shape.origin.parse(row.origin),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
