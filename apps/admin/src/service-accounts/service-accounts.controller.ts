import { Controller, Inject } from '@nestjs/common';
import { Handles, IdempotentAnswers, Input, type InputOf } from '../http/endpoint-kit';
import type { Page } from '../schema/page';
import { serviceAccountEndpoints, type ServiceAccountResource } from './service-account-endpoints';
import { ServiceAccountsStore } from './service-account-store';

type Call<Name extends keyof typeof serviceAccountEndpoints> = InputOf<
  (typeof serviceAccountEndpoints)[Name]
>;

@Controller()
export class ServiceAccountsController {
  constructor(
    @Inject(ServiceAccountsStore) private readonly store: ServiceAccountsStore,
    @Inject(IdempotentAnswers) private readonly answers: IdempotentAnswers,
  ) {}

  @Handles(serviceAccountEndpoints.list)
  list(@Input() { query }: Call<'list'>): Promise<Page<ServiceAccountResource>> {
    return this.store.list(query);
  }

  @Handles(serviceAccountEndpoints.create)
  create(@Input() call: Call<'create'>): Promise<ServiceAccountResource> {
    return this.answers.once(call, (db) => this.store.create(db, call.body));
  }

  @Handles(serviceAccountEndpoints.get)
  get(@Input() { params }: Call<'get'>): Promise<ServiceAccountResource> {
    return this.store.get(params.id);
  }

  @Handles(serviceAccountEndpoints.patch)
  patch(@Input() { params, body, ifMatch }: Call<'patch'>): Promise<ServiceAccountResource> {
    return this.store.patch(params.id, body, ifMatch);
  }
}
