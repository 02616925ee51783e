import { Controller, Inject } from '@nestjs/common';
import { Handles, Input, type InputOf } from '../http/endpoint-kit';
import { notFound } from '../http/refuse-duplicate';
import type { Page } from '../schema/page';
import { fitsFilters, pageOfItems } from '../schema/page-of-items';
import { breakerEndpoints, type BreakerResource } from './breaker-endpoints';
import { presentBreakers, presentReset, type ShownBreaker } from './present-breakers';
import { RoutingState } from './routing-state';

type Call<Name extends keyof typeof breakerEndpoints> = InputOf<(typeof breakerEndpoints)[Name]>;

@Controller()
export class BreakersController {
  constructor(@Inject(RoutingState) private readonly state: RoutingState) {}

  @Handles(breakerEndpoints.list)
  async list(@Input() { query }: Call<'list'>): Promise<Page<BreakerResource>> {
    const { limit: _limit, cursor: _cursor, sort: _sort, ...filters } = query;
    const all = presentBreakers(await this.state.read()).map(({ resource }) => resource);
    return pageOfItems(
      all.filter((resource) => fitsFilters(resource, filters)),
      query,
    );
  }

  @Handles(breakerEndpoints.get)
  async get(@Input() { params }: Call<'get'>): Promise<BreakerResource> {
    return (await this.#find(params.id)).resource;
  }

  @Handles(breakerEndpoints.reset)
  async reset(@Input() { params }: Call<'reset'>): Promise<BreakerResource> {
    const { group, undo, resource } = await this.#find(params.id);
    if (!(await this.state.forget(group, undo))) throw notFound('breaker');
    return presentReset(resource);
  }

  async #find(id: string): Promise<ShownBreaker> {
    const shown = presentBreakers(await this.state.read()).find(({ resource }) => resource.id === id);
    if (!shown) throw notFound('breaker');
    return shown;
  }
}
