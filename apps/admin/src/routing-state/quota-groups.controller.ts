import { Controller, Inject } from '@nestjs/common';
import { Handles, Input, type InputOf } from '../http/endpoint-kit';
import { notFound } from '../http/refuse-duplicate';
import type { Page } from '../schema/page';
import { fitsFilters, pageOfItems } from '../schema/page-of-items';
import { presentQuotaGroups } from './present-quota-groups';
import { quotaGroupEndpoints, type QuotaGroupResource } from './quota-group-endpoints';
import { RoutingState } from './routing-state';

type Call<Name extends keyof typeof quotaGroupEndpoints> = InputOf<(typeof quotaGroupEndpoints)[Name]>;

@Controller()
export class QuotaGroupsController {
  constructor(@Inject(RoutingState) private readonly state: RoutingState) {}

  @Handles(quotaGroupEndpoints.list)
  async list(@Input() { query }: Call<'list'>): Promise<Page<QuotaGroupResource>> {
    const { provider, quotaGroup, credential } = query;
    const fitting = (await this.#all()).filter(
      (resource) =>
        fitsFilters(resource, { provider, quotaGroup }) &&
        (credential === undefined || resource.credentials.includes(credential)),
    );
    return pageOfItems(fitting, query);
  }

  @Handles(quotaGroupEndpoints.get)
  async get(@Input() { params }: Call<'get'>): Promise<QuotaGroupResource> {
    const found = (await this.#all()).find(({ id }) => id === params.id);
    if (!found) throw notFound('quota group');
    return found;
  }

  async #all(): Promise<readonly QuotaGroupResource[]> {
    return presentQuotaGroups(await this.state.read(), this.state.providers());
  }
}
