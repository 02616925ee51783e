import { Module, type DynamicModule } from '@nestjs/common';
import {
  CachedAuthenticator,
  createKeyDigest,
  PgKeyStore,
  PgProjectStore,
  ProjectResolver,
  Authenticator,
} from '@turnpike/identity';
import { systemClock, systemRandom } from '@turnpike/kernel';
import { ActiveCalls, RouteTurns, StreamKeepers, WaitingRoom, type PipelineDeps } from '@turnpike/pipeline';
import { Authorizer, MediaFetcher, Upstream } from '@turnpike/provider';
import { SchemeAuthorizer } from '@turnpike/provider/auth/scheme-authorizer';
import { UndiciMediaFetcher } from '@turnpike/provider/adapters/undici-media-fetcher';
import { UndiciUpstream } from '@turnpike/provider/adapters/undici-upstream';
import { Hedges, RetryBudgets } from '@turnpike/routing';
import { GATEWAY_OPTIONS, type GatewayOptions } from './gateway-options';
import { CallReader } from './http/call-reader';
import { PgCallReader } from './pg-call-reader';

/** Calls of one process that may wait for a target to open; the next one is refused. */
const MOST_WAITING = 2_000;

/** Injection token of what the pipeline is given. */
export const PIPELINE_DEPS = Symbol('PIPELINE_DEPS');

/** Wiring of the data plane: ports to adapters, nothing else. */
@Module({})
export class GatewayModule {
  static with(options: GatewayOptions): DynamicModule {
    return {
      module: GatewayModule,
      providers: [
        { provide: GATEWAY_OPTIONS, useValue: options },
        { provide: Authenticator, useFactory: () => createAuthenticator(options) },
        { provide: ProjectResolver, useFactory: () => new ProjectResolver(new PgProjectStore(options.pool)) },
        { provide: CallReader, useFactory: () => new PgCallReader(options.pool) },
        { provide: Upstream, useClass: UndiciUpstream },
        { provide: Authorizer, useFactory: () => new SchemeAuthorizer() },
        { provide: MediaFetcher, useFactory: () => new UndiciMediaFetcher() },
        {
          provide: PIPELINE_DEPS,
          useFactory: (upstream: Upstream, authorizer: Authorizer, media: MediaFetcher) =>
            createDeps(options, { upstream, authorizer, media }),
          inject: [Upstream, Authorizer, MediaFetcher],
        },
      ],
    };
  }
}

function createAuthenticator({ pool, pepper, changes, log }: GatewayOptions): Authenticator {
  const authenticator = new CachedAuthenticator({
    store: new PgKeyStore(pool),
    digest: createKeyDigest(pepper),
    accepts: ['developer'],
    onStoreState: (available, error) =>
      available
        ? log.warn({}, 'the key store answers again')
        : log.error({ err: error }, 'the key store does not answer'),
  });
  changes?.subscribe(({ keyId }) => authenticator.forget(keyId));
  return authenticator;
}

function createDeps(
  { snapshot, ledger, observer, memory, sessions, gates }: GatewayOptions,
  ports: Pick<PipelineDeps, 'upstream' | 'authorizer' | 'media'>,
): PipelineDeps {
  return {
    ...ports,
    snapshot,
    ledger,
    observer,
    clock: systemClock,
    random: systemRandom,
    turns: new RouteTurns(),
    active: new ActiveCalls(),
    keepers: new StreamKeepers(),
    memory,
    sessions,
    gates,
    retries: new RetryBudgets(),
    hedges: new Hedges(),
    waiting: new WaitingRoom(systemClock, MOST_WAITING),
  };
}
