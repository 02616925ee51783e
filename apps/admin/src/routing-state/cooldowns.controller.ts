import { Controller, Inject } from '@nestjs/common';
import { Handles, Input, type InputOf } from '../http/endpoint-kit';
import { notFound } from '../http/refuse-duplicate';
import type { Page } from '../schema/page';
import { fitsFilters, pageOfItems } from '../schema/page-of-items';
import { cooldownEndpoints, type CooldownResource } from './cooldown-endpoints';
import { presentCooldowns, type ShownCooldown } from './present-cooldowns';
import { RoutingState } from './routing-state';

type Call<Name extends keyof typeof cooldownEndpoints> = InputOf<(typeof cooldownEndpoints)[Name]>;

@Controller()
export class CooldownsController {
  constructor(@Inject(RoutingState) private readonly state: RoutingState) {}

  @Handles(cooldownEndpoints.list)
  async list(@Input() { query }: Call<'list'>): Promise<Page<CooldownResource>> {
    const { limit: _limit, cursor: _cursor, sort: _sort, ...filters } = query;
    const all = presentCooldowns(await this.state.read()).map(({ resource }) => resource);
    return pageOfItems(
      all.filter((resource) => fitsFilters(resource, filters)),
      query,
    );
  }

  @Handles(cooldownEndpoints.get)
  async get(@Input() { params }: Call<'get'>): Promise<CooldownResource> {
    return (await this.#find(params.id)).resource;
  }

  @Handles(cooldownEndpoints.clear)
  async clear(@Input() { params }: Call<'clear'>): Promise<void> {
    const { group, undo } = await this.#find(params.id);
    if (!(await this.state.forget(group, undo))) throw notFound('cooldown');
  }

  async #find(id: string): Promise<ShownCooldown> {
    const shown = presentCooldowns(await this.state.read()).find(({ resource }) => resource.id === id);
    if (!shown) throw notFound('cooldown');
    return shown;
  }
}
