import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { createEnvelopeShapes } from '@turnpike/dialects';
import { Authenticator, ProjectResolver } from '@turnpike/identity';
import { quirkMembers, type PipelineDeps } from '@turnpike/pipeline';
import { PROVIDERS } from '@turnpike/provider';
import type { FastifyInstance } from 'fastify';
import { drainServer } from './drain-server';
import { createGatewayServer } from './gateway-server';
import { GatewayModule, PIPELINE_DEPS } from './gateway.module';
import type { GatewayOptions } from './gateway-options';
import { CallReader } from './http/call-reader';
import { registerDataPlane } from './http/data-plane';

const TICK_MS = 1_000;

export interface GatewayApp {
  /** Calls under way. */
  readonly inFlight: () => number;
  /** Resolves to the URL that is served. @throws the listener's error, EADDRINUSE for a taken port. */
  listen(): Promise<string>;
  /** Stops listening, waits for the calls under way, ends what is left after `limitMs` with its dialect's error. */
  close(limitMs: number): Promise<void>;
}

/** The data plane, ready to listen: Nest wires the parts, Fastify alone serves them (docs/adr/0003). */
export async function createGatewayApp(options: GatewayOptions): Promise<GatewayApp> {
  const context = await NestFactory.createApplicationContext(GatewayModule.with(options), {
    logger: false,
    abortOnError: false,
  });
  const deps = context.get<PipelineDeps>(PIPELINE_DEPS);
  const server = createGatewayServer();
  const shapes = createEnvelopeShapes(quirkMembers(Object.values(PROVIDERS)));
  let draining = false;
  await registerDataPlane(server, {
    authenticator: context.get(Authenticator),
    projects: context.get(ProjectResolver),
    calls: context.get(CallReader),
    deps,
    shapes: () => shapes,
    clock: deps.clock,
    draining: () => draining,
    ...(options.countAnswer && { countAnswer: options.countAnswer }),
  });
  const ticker = setInterval(() => tick(deps), TICK_MS);
  ticker.unref();
  const close = async (limitMs: number): Promise<void> => {
    draining = true;
    await drainServer(server, deps.active, limitMs);
    clearInterval(ticker);
    await deps.upstream.close();
    await context.close();
  };
  return { inFlight: () => deps.active.size, listen: () => listen(server, options), close };
}

/** One stream whose keep-alive cannot be written must not end the process. */
function tick(deps: PipelineDeps): void {
  try {
    deps.keepers.tick(deps.clock());
  } catch (error) {
    deps.observer.defect(error);
  }
}

async function listen(server: FastifyInstance, { host, port }: GatewayOptions): Promise<string> {
  await server.listen({ host, port });
  const address = server.server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}
