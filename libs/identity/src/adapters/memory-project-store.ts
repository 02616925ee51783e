import type { ProjectRef } from '../domain/principal';
import { ProjectStore } from '../domain/resolve-project';

/** Projects of one process: the twin of the Postgres store. */
export class MemoryProjectStore extends ProjectStore {
  readonly #bySlug = new Map<string, ProjectRef>();

  put(project: ProjectRef): void {
    this.#bySlug.set(project.slug, project);
  }

  findBySlug(slug: string): Promise<ProjectRef | undefined> {
    return Promise.resolve(this.#bySlug.get(slug));
  }
}
