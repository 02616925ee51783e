import { Inject, Injectable } from '@nestjs/common';
import { GatewayError, systemClock } from '@turnpike/kernel';
import type { Provider } from '@turnpike/provider';
import type { Forgetting, GroupStore, GroupView } from '@turnpike/routing';

/** What gateways know of their quota groups, as far as this process can see it. */
export interface SeenGroups {
  readonly store: GroupStore;
  /** False: the store goes by what this process alone knows. */
  readonly answers: () => boolean;
}

export interface RoutingStateOptions {
  /** undefined: this process sees nothing of what gateways know. */
  readonly groups: SeenGroups | undefined;
  /** Of the configuration in force; undefined: this process has none. */
  readonly providers: () => readonly Provider[] | undefined;
}

/** Injection token of the options. */
export const ROUTING_STATE_OPTIONS = Symbol('RoutingStateOptions');

export interface RoutingStateReading {
  readonly groups: ReadonlyMap<string, GroupView>;
  readonly nowMs: number;
}

const unavailable = (message: string): GatewayError => new GatewayError('store_unavailable', message);

/** Where the control plane reads what routing knows, and undoes it. It never answers less than there is. */
@Injectable()
export class RoutingState {
  constructor(@Inject(ROUTING_STATE_OPTIONS) private readonly options: RoutingStateOptions) {}

  /** undefined: this process has no configuration. */
  providers(): readonly Provider[] | undefined {
    return this.options.providers();
  }

  /** @throws GatewayError store_unavailable */
  async read(): Promise<RoutingStateReading> {
    const { store, answers } = this.#groups();
    const nowMs = systemClock();
    const groups = await store.list(nowMs);
    requireAnswer(answers);
    return { groups, nowMs };
  }

  /** Resolves with whether there was something to forget. @throws GatewayError store_unavailable */
  async forget(group: string, what: Forgetting): Promise<boolean> {
    const { store, answers } = this.#groups();
    requireAnswer(answers);
    const isForgotten = await store.forget(group, what, systemClock());
    requireAnswer(answers);
    return isForgotten;
  }

  #groups(): SeenGroups {
    const { groups } = this.options;
    if (groups) return groups;
    throw unavailable(
      'This process does not see what the gateways know of their targets (gateway). Set REDIS_URL here to the Redis that they share.',
    );
  }
}

function requireAnswer(answers: () => boolean): void {
  if (answers()) return;
  throw unavailable('The Redis that the gateways share does not answer (gateway). Try again soon.');
}
