import { Controller, Inject } from '@nestjs/common';
import { Handles, IdempotentAnswers, Input, type InputOf } from '../http/endpoint-kit';
import type { Page } from '../schema/page';
import { projectEndpoints, type ProjectResource } from './project-endpoints';
import { ProjectsStore } from './project-store';

type Call<Name extends keyof typeof projectEndpoints> = InputOf<(typeof projectEndpoints)[Name]>;

@Controller()
export class ProjectsController {
  constructor(
    @Inject(ProjectsStore) private readonly store: ProjectsStore,
    @Inject(IdempotentAnswers) private readonly answers: IdempotentAnswers,
  ) {}

  @Handles(projectEndpoints.list)
  list(@Input() { query }: Call<'list'>): Promise<Page<ProjectResource>> {
    return this.store.list(query);
  }

  @Handles(projectEndpoints.create)
  create(@Input() call: Call<'create'>): Promise<ProjectResource> {
    return this.answers.once(call, (db) => this.store.create(db, call.body));
  }

  @Handles(projectEndpoints.get)
  get(@Input() { params }: Call<'get'>): Promise<ProjectResource> {
    return this.store.get(params.id);
  }

  @Handles(projectEndpoints.patch)
  patch(@Input() { params, body, ifMatch }: Call<'patch'>): Promise<ProjectResource> {
    return this.store.patch(params.id, body, ifMatch);
  }
}
