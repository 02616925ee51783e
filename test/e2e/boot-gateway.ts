import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '@turnpike/testing';

const ROOT = path.resolve(__dirname, '../..');
const ENTRY = path.join(ROOT, 'dist/apps/standalone/src/main.js');
const READY_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 15_000;

export interface BootOptions {
  /** Path of the configuration file. */
  readonly configFile: string;
  readonly dataDir: string;
  /** Gateway, admin and ops port. */
  readonly ports: readonly number[];
  /** Without it the product starts its embedded server. */
  readonly databaseUrl?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What the ready line says; the keys only when this start made them. */
export interface ReadyLine {
  readonly gateway: string;
  readonly admin: string;
  readonly ops: string;
  readonly adminKey?: string;
  readonly developerKey?: string;
  readonly ms: number;
}

export interface GatewayProcess {
  readonly ready: ReadyLine;
  readonly pid: number;
  /** Everything it printed so far. */
  output(): string;
  isRunning(): boolean;
  /** SIGTERM, then its end. @throws when it does not end in time, not with 0, or leaves a process behind. */
  stop(): Promise<void>;
  kill(): void;
}

/** Settings of the surrounding shell must not reach the product under test. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const own = /^(TURNPIKE_|REDIS_|OTEL_|LOG_|npm_)|^(DATABASE_URL|PORT|ADMIN_PORT|OPS_PORT|HOST|NODE_ENV)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

function readReadyLine(output: string): ReadyLine | undefined {
  for (const line of output.split('\n')) {
    if (!line.includes('"event":"ready"')) continue;
    return JSON.parse(line) as ReadyLine;
  }
  return undefined;
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Processes that name the data directory: an embedded server leaves the group of its parent. */
function processesOf(dataDir: string): number[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(dataDir);
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function stopChild(child: ChildProcess, pid: number, dataDir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) process.kill(pid, 'SIGTERM');
  await until(() => child.exitCode !== null || child.signalCode !== null, {
    limitMs: STOP_LIMIT_MS,
    what: 'the end of the gateway after SIGTERM',
  });
  if (child.exitCode !== 0) throw new Error(`the gateway ended with ${child.exitCode ?? child.signalCode}`);
  await until(() => !isAlive(-pid) && processesOf(dataDir).length === 0, {
    limitMs: 3_000,
    what: 'the end of every process of the gateway',
  });
}

/** Starts the built product in one process, as `npm start` does, and waits for its ready line. */
export async function bootGateway(options: BootOptions): Promise<GatewayProcess> {
  if (!existsSync(ENTRY)) throw new Error('dist/ holds no product: run `npm run build` first');
  const [port, adminPort, opsPort] = options.ports;
  const child = spawn(process.execPath, [ENTRY], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...cleanEnvironment(),
      TURNPIKE_CONFIG: options.configFile,
      TURNPIKE_DATA_DIR: options.dataDir,
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
      OPS_PORT: String(opsPort),
      HOST: '127.0.0.1',
      LOG_FORMAT: 'json',
      ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
      ...options.env,
    },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')));
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const ready = await until(() => (hasEnded() ? 'ended' : readReadyLine(printed)), {
    limitMs: READY_LIMIT_MS,
    what: 'the ready line of the gateway',
  }).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw new Error(`${String(error)}; it printed: ${printed.slice(-2_000)}`);
  });
  const { pid } = child;
  if (ready === 'ended' || pid === undefined)
    throw new Error(`the gateway ended with ${child.exitCode}: ${printed.slice(-2_000)}`);
  return {
    ready,
    pid,
    output: () => printed,
    isRunning: () => !hasEnded(),
    stop: () => stopChild(child, pid, options.dataDir),
    kill: () => void child.kill('SIGKILL'),
  };
}
