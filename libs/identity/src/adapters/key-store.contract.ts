import { randomBytes } from 'node:crypto';
import { uuidv7 } from '@turnpike/kernel';
import type { KeyStore, Principal } from '../domain/principal';
import type { ProjectStore } from '../domain/resolve-project';

/** What a store under test offers: itself and a way to fill it. */
export interface KeyStoreSubject {
  readonly keys: KeyStore;
  readonly projects: ProjectStore;
  /** Stores a key with everything that it refers to. */
  put(digest: Buffer, principal: Principal): Promise<void>;
}

const slugFor = (name: string): string => `${name}-${randomBytes(4).toString('hex')}`;
const projectOf = (name: string) => ({ id: uuidv7(), slug: slugFor(name) });

function principalOf(more: Partial<Principal> = {}): Principal {
  return {
    keyId: uuidv7(),
    last4: 'aB3d',
    kind: 'developer',
    owner: { kind: 'person', id: uuidv7(), label: `${slugFor('dev')}@example.com` },
    teamId: undefined,
    defaultProject: undefined,
    projects: [],
    allowedModels: undefined,
    expiresAtMs: undefined,
    revoked: false,
    ...more,
  };
}

const account = (): Principal['owner'] => ({ kind: 'service-account', id: uuidv7(), label: slugFor('ci') });

const CASES: Record<string, () => Principal> = {
  'a bare key': () => principalOf(),
  'an admin key': () => principalOf({ kind: 'admin' }),
  'a finance key': () => principalOf({ kind: 'finance' }),
  'a revoked key': () => principalOf({ revoked: true }),
  'a key that ends': () => principalOf({ expiresAtMs: 1_900_000_000_123 }),
  'a key with models': () => principalOf({ allowedModels: ['same-*', 'gpt-5'] }),
  'a key of a service account': () => principalOf({ owner: account() }),
  'a key of a team': () => principalOf({ teamId: uuidv7() }),
  'a key of a team service account': () => principalOf({ teamId: uuidv7(), owner: account() }),
  'a key with a default project': () => principalOf({ defaultProject: projectOf('web') }),
  'a key with projects, by slug': () => principalOf({ projects: [projectOf('a'), projectOf('b')] }),
  'a key with all of it': () => {
    const [web, mobile] = [projectOf('a'), projectOf('b')];
    return principalOf({
      defaultProject: web,
      projects: [web, mobile],
      allowedModels: ['*'],
      teamId: uuidv7(),
    });
  },
};

/** What every pair of key and project store must do; run over each implementation. */
export function describeKeyStore(name: string, open: () => Promise<KeyStoreSubject>): void {
  describe(`${name} as key store`, () => {
    let subject: KeyStoreSubject;
    beforeAll(async () => {
      subject = await open();
    });

    it.each(Object.entries(CASES))('gives back %s as it was stored', async (_, make) => {
      const [digest, principal] = [randomBytes(32), make()];
      await subject.put(digest, principal);
      expect(await subject.keys.findByDigest(digest)).toEqual(principal);
    });

    it.each([
      ['an unknown digest', randomBytes(32)],
      ['an empty digest', Buffer.alloc(0)],
      ['a long one', Buffer.alloc(500, "'")],
    ])('knows nothing of %s', async (_, digest) => {
      expect(await subject.keys.findByDigest(digest)).toBeUndefined();
    });

    it('finds projects by their exact slug', async () => {
      const project = projectOf('web');
      await subject.put(randomBytes(32), principalOf({ defaultProject: project }));
      expect(await subject.projects.findBySlug(project.slug)).toEqual(project);
      for (const slug of ['', '%', `${project.slug} `, project.slug.toUpperCase(), "' or 1=1 --"]) {
        expect(await subject.projects.findBySlug(slug)).toBeUndefined();
      }
    });
  });
}
