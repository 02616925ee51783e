import { Module, type DynamicModule } from '@nestjs/common';
import { BreakersController } from './breakers.controller';
import { CooldownsController } from './cooldowns.controller';
import { QuotaGroupsController } from './quota-groups.controller';
import { ROUTING_STATE_OPTIONS, RoutingState, type RoutingStateOptions } from './routing-state';

/** What routing knows of its targets, for operators. */
@Module({})
export class RoutingStateModule {
  static with(options: RoutingStateOptions): DynamicModule {
    return {
      module: RoutingStateModule,
      controllers: [CooldownsController, BreakersController, QuotaGroupsController],
      providers: [RoutingState, { provide: ROUTING_STATE_OPTIONS, useValue: options }],
    };
  }
}
