import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Endpoint, RouteFacts } from './endpoint';

interface Registered {
  readonly methods: readonly string[];
  readonly pattern: RegExp;
  readonly name: string;
  readonly facts: Partial<RouteFacts>;
}

/** Every route that the server really has, as it was registered; documentation and checks read it from here. */
export class RouteTable {
  readonly #routes: Registered[] = [];

  /** Must be called before the first route is registered. */
  watch(server: FastifyInstance): void {
    server.addHook('onRoute', (route) => this.#add(route));
  }

  /** @throws Error that names the routes nobody decided about. */
  requirePolicies(): void {
    const open = this.#routes.filter((route) => !route.facts.policy).map((route) => route.name);
    if (open.length > 0) throw new Error(`these routes have no access policy: ${open.join(', ')}`);
  }

  /** In the order of registration, each once. */
  endpoints(): Endpoint[] {
    const all = this.#routes
      .map((route) => route.facts.endpoint)
      .filter((endpoint) => endpoint !== undefined);
    return [...new Set(all)];
  }

  /** Methods that exist for a path; empty when the path is unknown. */
  methodsFor(path: string): string[] {
    const matching = this.#routes.filter((route) => route.pattern.test(path));
    return [...new Set(matching.flatMap((route) => route.methods))].sort();
  }

  #add(route: RouteOptions): void {
    const methods = [route.method].flat();
    const source = route.url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[A-Za-z]+/g, '[^/]+');
    this.#routes.push({
      methods,
      pattern: new RegExp(`^${source}$`),
      name: `${methods.join('|')} ${route.url}`,
      facts: (route.config ?? {}) as Partial<RouteFacts>,
    });
  }
}
