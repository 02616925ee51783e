import { Controller, Inject } from '@nestjs/common';
import { Handles, IdempotentAnswers, Input, type InputOf } from '../http/endpoint-kit';
import type { Page } from '../schema/page';
import { personEndpoints, type PersonResource } from './person-endpoints';
import { PeopleStore } from './person-store';

type Call<Name extends keyof typeof personEndpoints> = InputOf<(typeof personEndpoints)[Name]>;

@Controller()
export class PeopleController {
  constructor(
    @Inject(PeopleStore) private readonly store: PeopleStore,
    @Inject(IdempotentAnswers) private readonly answers: IdempotentAnswers,
  ) {}

  @Handles(personEndpoints.list)
  list(@Input() { query }: Call<'list'>): Promise<Page<PersonResource>> {
    return this.store.list(query);
  }

  @Handles(personEndpoints.create)
  create(@Input() call: Call<'create'>): Promise<PersonResource> {
    return this.answers.once(call, (db) => this.store.create(db, call.body));
  }

  @Handles(personEndpoints.get)
  get(@Input() { params }: Call<'get'>): Promise<PersonResource> {
    return this.store.get(params.id);
  }

  @Handles(personEndpoints.patch)
  patch(@Input() { params, body, ifMatch }: Call<'patch'>): Promise<PersonResource> {
    return this.store.patch(params.id, body, ifMatch);
  }
}
