import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEmptyDatabase, freePorts } from '@turnpike/testing';
import type { MockUpstream, MockUpstreamOptions } from '../../../apps/mock-upstream/src/mock-upstream';
import { createMockUpstream } from '../../../apps/mock-upstream/src/mock-upstream';
import type { GatewayProcess } from '../boot-gateway';
import { bootGateway } from '../boot-gateway';

/** Providers by name and a gateway of its own in front of them. */
export interface Stage {
  readonly url: string;
  readonly admin: string;
  readonly adminKey: string;
  readonly key: string;
  readonly mocks: Readonly<Record<string, MockUpstream>>;
  readonly gateway: () => GatewayProcess;
  /** Starts the gateway again on the same ports, data directory and database. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  /** Options by the name of each provider. */
  readonly mocks: Readonly<Record<string, Omit<MockUpstreamOptions, 'name'>>>;
  /** The configuration, once the providers' ports are known. JSON is YAML. */
  readonly config: (mocks: Readonly<Record<string, MockUpstream>>) => unknown;
}

/** The mock of that name. @throws when the stage has none. */
export function mockOf(stage: Pick<Stage, 'mocks'>, name: string): MockUpstream {
  const mock = stage.mocks[name];
  if (!mock) throw new Error(`no provider named ${name} on this stage`);
  return mock;
}

async function startMocks(options: StageOptions['mocks']): Promise<Record<string, MockUpstream>> {
  const named = Object.entries(options).map(
    async ([name, rest]) => [name, await createMockUpstream({ ...rest, name })] as const,
  );
  return Object.fromEntries(await Promise.all(named));
}

/** Starts providers and gateway. With DATABASE_URL the gateway gets a database of its own on that server. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const folder = mkdtempSync(path.join(tmpdir(), 'turnpike-e2e-'));
  // An embedded server runs as another user when the tests run as root: let it pass.
  chmodSync(folder, 0o711);
  const mocks = await startMocks(options.mocks);
  const database = process.env['DATABASE_URL'] === undefined ? undefined : await createEmptyDatabase();
  const closeRest = async (): Promise<void> => {
    await Promise.all(Object.values(mocks).map((mock) => mock.close()));
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  };
  const configFile = path.join(folder, 'turnpike.yaml');
  writeFileSync(configFile, JSON.stringify(options.config(mocks), null, 2));
  const boot = {
    configFile,
    dataDir: path.join(folder, 'data'),
    ports: await freePorts(3),
    databaseUrl: database?.connectionString,
  };
  let gateway: GatewayProcess;
  try {
    gateway = await bootGateway(boot);
  } catch (error) {
    await closeRest();
    throw error;
  }
  const { ready } = gateway;
  return {
    url: ready.gateway,
    admin: ready.admin,
    adminKey: ready.adminKey ?? '',
    key: ready.developerKey ?? '',
    mocks,
    gateway: () => gateway,
    restart: async () => {
      gateway = await bootGateway(boot);
    },
    close: async () => {
      try {
        await gateway.stop();
      } finally {
        gateway.kill();
        await closeRest();
      }
    },
  };
}
