import { GatewayError } from '@turnpike/kernel';
import { LookupCache, type LookupCacheOptions } from './lookup-cache';
import type { Principal, ProjectRef } from './principal';

/** Where projects are looked up by name; needed only to tell an unknown project from a forbidden one. */
export abstract class ProjectStore {
  abstract findBySlug(slug: string): Promise<ProjectRef | undefined>;
}

/** What the caller asked for: `/p/<slug>/...` goes before the `x-turnpike-project` header. */
export interface AskedProject {
  readonly pathSlug?: string;
  readonly headerSlug?: string;
}

const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Decides which project a call belongs to: path, header, the key's default, else none. */
export class ProjectResolver {
  readonly #cache: LookupCache<ProjectRef>;

  constructor(store: ProjectStore, cache: Partial<LookupCacheOptions> = {}) {
    this.#cache = new LookupCache((slug) => store.findBySlug(slug), cache);
  }

  /**
   * At once when the key allows the project, which is nearly always.
   * @throws GatewayError project_unknown | project_not_allowed | store_unavailable
   */
  resolve(
    principal: Principal,
    asked: AskedProject,
    nowMs: number,
  ): ProjectRef | undefined | Promise<ProjectRef | undefined> {
    const slug = asked.pathSlug ?? asked.headerSlug;
    if (slug === undefined) return principal.defaultProject;
    if (principal.defaultProject?.slug === slug) return principal.defaultProject;
    const allowed = principal.projects.find((project) => project.slug === slug);
    if (allowed) return allowed;
    if (!SLUG.test(slug)) throw projectUnknown();
    const known = this.#cache.get(slug, nowMs);
    if (!(known instanceof Promise)) throw refusal(known);
    return known.then(
      (project) => {
        throw refusal(project);
      },
      (cause: unknown) => {
        throw new GatewayError('store_unavailable', 'Projects cannot be checked at the moment (gateway).', {
          cause,
        });
      },
    );
  }
}

function refusal(project: ProjectRef | undefined): GatewayError {
  if (!project) return projectUnknown();
  return new GatewayError(
    'project_not_allowed',
    `This key may not use the project "${project.slug}" (gateway). Ask for a key that lists it.`,
  );
}

function projectUnknown(): GatewayError {
  return new GatewayError(
    'project_unknown',
    'There is no project of that name. Check the /p/<slug>/ path or the header x-turnpike-project.',
  );
}
