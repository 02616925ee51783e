import { MemoryProjectStore } from '../adapters/memory-project-store';
import { mayUseModel } from './may-use-model';
import type { Principal } from './principal';
import { ProjectResolver, ProjectStore } from './resolve-project';

const web = { id: '01890000-0000-7000-8000-00000000000a', slug: 'web' };
const mobile = { id: '01890000-0000-7000-8000-00000000000b', slug: 'mobile' };
const secret = { id: '01890000-0000-7000-8000-00000000000c', slug: 'secret' };

const principal: Principal = {
  keyId: '01890000-0000-7000-8000-000000000001',
  last4: 'abcd',
  kind: 'developer',
  owner: { kind: 'person', id: '01890000-0000-7000-8000-000000000002', label: 'dev@example.com' },
  defaultProject: web,
  projects: [web, mobile],
  revoked: false,
};

function setUp(): ProjectResolver {
  const store = new MemoryProjectStore();
  for (const project of [web, mobile, secret]) store.put(project);
  return new ProjectResolver(store);
}

describe('ProjectResolver', () => {
  it.each([
    [{}, web],
    [{ pathSlug: 'mobile' }, mobile],
    [{ headerSlug: 'mobile' }, mobile],
    [{ pathSlug: 'web', headerSlug: 'mobile' }, web],
    [{ pathSlug: 'mobile', headerSlug: 'secret' }, mobile],
  ])('%j', (asked, project) => {
    expect(setUp().resolve(principal, asked, 0)).toEqual(project);
  });

  it('has no project for a key without a default', () => {
    expect(setUp().resolve({ ...principal, defaultProject: undefined }, {}, 0)).toBeUndefined();
  });

  it('lets a key without a list use its default only', async () => {
    const single = { ...principal, projects: [] };
    expect(setUp().resolve(single, { pathSlug: 'web' }, 0)).toEqual(web);
    await expect(setUp().resolve(single, { pathSlug: 'mobile' }, 0)).rejects.toMatchObject({
      reason: 'project_not_allowed',
    });
  });

  it.each([
    ['secret', 'project_not_allowed'],
    ['nothing', 'project_unknown'],
  ])('refuses %s with %s, from memory the second time', async (slug, reason) => {
    const resolver = setUp();
    await expect(resolver.resolve(principal, { headerSlug: slug }, 0)).rejects.toMatchObject({ reason });
    if (reason === 'project_unknown')
      expect(() => resolver.resolve(principal, { headerSlug: slug }, 1)).toThrow();
    else expect(() => resolver.resolve(principal, { headerSlug: slug }, 1)).toThrow('"secret"');
  });

  it.each(['', 'Web', '../web', "web' or 1=1", 'a'.repeat(64), 'wéb'])(
    'knows no project %j without asking',
    (slug) => {
      class NoStore extends ProjectStore {
        findBySlug(): never {
          throw new Error('asked');
        }
      }
      const resolver = new ProjectResolver(new NoStore());
      expect(() => resolver.resolve(principal, { pathSlug: slug }, 0)).toThrow('no project of that name');
    },
  );

  it('says when it cannot know', async () => {
    class DeadStore extends ProjectStore {
      findBySlug(): Promise<never> {
        return Promise.reject(new Error('down'));
      }
    }
    const resolver = new ProjectResolver(new DeadStore());
    await expect(resolver.resolve(principal, { pathSlug: 'other' }, 0)).rejects.toMatchObject({
      reason: 'store_unavailable',
    });
    expect(resolver.resolve(principal, { pathSlug: 'mobile' }, 0)).toEqual(mobile);
  });
});

describe('mayUseModel', () => {
  it.each([
    [undefined, 'anything', true],
    [['same-*'], 'same-c', true],
    [['same-*'], 'other-c', false],
    [['gpt-5', 'openai/*'], 'openai/gpt-5', true],
    [['gpt-5'], 'gpt-5-mini', false],
    [['gpt-5'], '*', false],
    [[], 'gpt-5', false],
  ])('%j allows %s: %s', (allowedModels, name, allowed) => {
    expect(mayUseModel({ allowedModels }, name)).toBe(allowed);
  });
});
