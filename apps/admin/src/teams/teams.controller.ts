import { Controller, Inject } from '@nestjs/common';
import { Handles, IdempotentAnswers, Input, type InputOf } from '../http/endpoint-kit';
import type { Page } from '../schema/page';
import { teamEndpoints, type TeamResource } from './team-endpoints';
import { TeamsStore } from './team-store';

type Call<Name extends keyof typeof teamEndpoints> = InputOf<(typeof teamEndpoints)[Name]>;

@Controller()
export class TeamsController {
  constructor(
    @Inject(TeamsStore) private readonly store: TeamsStore,
    @Inject(IdempotentAnswers) private readonly answers: IdempotentAnswers,
  ) {}

  @Handles(teamEndpoints.list)
  list(@Input() { query }: Call<'list'>): Promise<Page<TeamResource>> {
    return this.store.list(query);
  }

  @Handles(teamEndpoints.create)
  create(@Input() call: Call<'create'>): Promise<TeamResource> {
    return this.answers.once(call, (db) => this.store.create(db, call.body));
  }

  @Handles(teamEndpoints.get)
  get(@Input() { params }: Call<'get'>): Promise<TeamResource> {
    return this.store.get(params.id);
  }

  @Handles(teamEndpoints.patch)
  patch(@Input() { params, body, ifMatch }: Call<'patch'>): Promise<TeamResource> {
    return this.store.patch(params.id, body, ifMatch);
  }
}
