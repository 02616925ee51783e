import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { ModuleMetadata, Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { CachedAuthenticator, createKeyDigest, KeyChanges, PgKeyStore } from '@turnpike/identity';
import { systemClock } from '@turnpike/kernel';
import { PrismaDatabase } from '@turnpike/persistence/prisma-database';
import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import { createAdminServer } from './admin-server';
import { AdminModule } from './admin.module';
import { registerDocs } from './docs/register-docs';
import { AdminLog, SilentLog } from './http/admin-log';
import { AnswerSeal } from './http/answer-seal';
import { RouteTable } from './http/route-table';
import { DIGEST_KEY } from './keys/key-store';

export interface AdminAppOptions {
  /** The process's own pool; stays open when the app closes. */
  readonly pool: Pool;
  readonly pepper: string;
  /** Told of every key change, after it is stored. */
  readonly changes: KeyChanges;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly log?: AdminLog;
  /** Further Nest modules, whose controllers declare their routes with `Handles`. */
  readonly modules?: ModuleMetadata['imports'];
}

export interface AdminApp {
  /** Resolves to the URL that is served. @throws the listener's error, EADDRINUSE for a taken port. */
  listen(): Promise<string>;
  /** Finishes the requests under way, then closes. */
  close(): Promise<void>;
}

const IDLE_SWEEP_MS = 50;

/** The control plane, ready to listen. @throws Error when a route has no access policy. */
export async function createAdminApp(options: AdminAppOptions): Promise<AdminApp> {
  const { pool, pepper, changes, log = new SilentLog() } = options;
  const routes = new RouteTable();
  const digest = createKeyDigest(pepper);
  const authenticator = new CachedAuthenticator({
    store: new PgKeyStore(pool),
    digest,
    accepts: ['admin', 'finance'],
    onStoreState: (available, error) =>
      available ? undefined : log.error({ err: error }, 'the key store does not answer'),
  });
  const stopListening = changes.subscribe(({ keyId }) => authenticator.forget(keyId));
  const database = new PrismaDatabase(pool);
  const server = createAdminServer(routes, authenticator, systemClock);
  const shared: Provider[] = [
    { provide: PrismaDatabase, useValue: database },
    { provide: AnswerSeal, useValue: new AnswerSeal(pepper) },
    { provide: RouteTable, useValue: routes },
    { provide: AdminLog, useValue: log },
    { provide: KeyChanges, useValue: changes },
    { provide: DIGEST_KEY, useValue: digest },
  ];
  registerDocs(server, routes);
  const app = await startNest(server, AdminModule.with(shared, options.modules));
  routes.requirePolicies();
  const close = async (): Promise<void> => {
    stopListening();
    await closeServer(app, server);
    await database.$disconnect();
  };
  return { listen: () => listen(app, server, options), close };
}

async function startNest(server: FastifyInstance, module: ReturnType<typeof AdminModule.with>) {
  const adapter = new FastifyAdapter(server as never);
  const options = { logger: false, bodyParser: false, abortOnError: false } as const;
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, options);
  return app.init();
}

async function listen(
  app: NestFastifyApplication,
  server: FastifyInstance,
  at: AdminAppOptions,
): Promise<string> {
  await app.listen(at.port, at.host);
  const { port } = server.server.address() as AddressInfo;
  return `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${port}`;
}

/** A connection that falls idle only after close began would otherwise be waited for until it times out. */
async function closeServer(app: NestFastifyApplication, server: FastifyInstance): Promise<void> {
  const sweep = setInterval(() => server.server.closeIdleConnections(), IDLE_SWEEP_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
  }
}
