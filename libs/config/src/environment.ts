import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Secret } from '@turnpike/kernel';
import { readSecrets } from './check-secrets';
import type { Variables } from './expand-variables';
import { readFlags } from './read-flags';
import { Settings } from './settings';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const LOG_FORMATS = ['json', 'pretty'] as const;
const DEFAULT_CONFIG = 'turnpike.yaml';

export type ProcessKind = 'standalone' | 'gateway' | 'admin' | 'worker' | 'migrate';

/** Everything that a process is told from outside, typed. */
export interface Environment {
  readonly process: ProcessKind;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly adminPort: number;
  readonly opsPort: number;
  /** Absolute. */
  readonly dataDir: string;
  /** Absolute; undefined: the built-in demo configuration. */
  readonly configFile: string | undefined;
  readonly databaseUrl: Secret | undefined;
  readonly redisUrl: Secret | undefined;
  readonly redisQueueUrl: Secret | undefined;
  readonly adminKey: Secret | undefined;
  readonly keyPepper: Secret | undefined;
  readonly secretKeys: readonly Secret[];
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly logFormat: (typeof LOG_FORMATS)[number];
  readonly otlpEndpoint: string | undefined;
  /** What `${VAR}` in the configuration file refers to. */
  readonly variables: Variables;
}

export interface EnvironmentOptions {
  readonly process: ProcessKind;
  /** Flags that mirror variables; they win. */
  readonly argv?: readonly string[];
  /** Default: the variables of this process. */
  readonly env?: Variables;
  readonly cwd?: string;
  readonly fileExists?: (path: string) => boolean;
}

const wrap = (text: string | undefined): Secret | undefined =>
  text === undefined ? undefined : new Secret(text);

/** Reads and checks every setting. @throws ConfigError that names all wrong ones, never with the value of a secret. */
export function readEnvironment(options: EnvironmentOptions): Environment {
  const {
    process: kind,
    argv = [],
    env = process.env,
    cwd = process.cwd(),
    fileExists = existsSync,
  } = options;
  const settings = new Settings(env, readFlags(argv));
  const databaseUrl = settings.url('DATABASE_URL', ['postgres:', 'postgresql:']);
  if (databaseUrl === undefined && kind !== 'standalone') {
    settings.complain('DATABASE_URL', 'is not set', 'it is optional in standalone alone');
  }
  const redisUrl = settings.url('REDIS_URL', ['redis:', 'rediss:']);
  const redisQueueUrl = settings.url('REDIS_QUEUE_URL', ['redis:', 'rediss:']) ?? redisUrl;
  const secrets = readSecrets(settings, kind !== 'standalone' && kind !== 'migrate');
  const environment: Environment = {
    process: kind,
    host: settings.text('HOST') ?? '127.0.0.1',
    ...readPorts(settings, kind),
    dataDir: resolve(cwd, settings.text('TURNPIKE_DATA_DIR') ?? '.turnpike'),
    configFile: findConfigFile(settings, cwd, fileExists),
    databaseUrl: wrap(databaseUrl),
    redisUrl: wrap(redisUrl),
    redisQueueUrl: wrap(redisQueueUrl),
    adminKey: wrap(secrets.adminKey),
    keyPepper: wrap(secrets.keyPepper),
    secretKeys: secrets.secretKeys.map((key) => new Secret(key)),
    logLevel: settings.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    logFormat: settings.oneOf('LOG_FORMAT', LOG_FORMATS, kind === 'standalone' ? 'pretty' : 'json'),
    otlpEndpoint: settings.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:']),
    variables: env,
  };
  settings.settle();
  return environment;
}

/** A file that is named must exist when it is read; the default one may be absent. */
function findConfigFile(
  settings: Settings,
  cwd: string,
  fileExists: (path: string) => boolean,
): string | undefined {
  const named = settings.text('TURNPIKE_CONFIG');
  if (named !== undefined) return resolve(cwd, named);
  const usual = resolve(cwd, DEFAULT_CONFIG);
  return fileExists(usual) ? usual : undefined;
}

const LISTENS: Readonly<Record<ProcessKind, readonly string[]>> = {
  standalone: ['PORT', 'ADMIN_PORT', 'OPS_PORT'],
  gateway: ['PORT', 'OPS_PORT'],
  admin: ['ADMIN_PORT', 'OPS_PORT'],
  worker: ['OPS_PORT'],
  migrate: [],
};

function readPorts(
  settings: Settings,
  kind: ProcessKind,
): Pick<Environment, 'port' | 'adminPort' | 'opsPort'> {
  const port = settings.port('PORT', 4000);
  const adminPort = settings.port('ADMIN_PORT', 4001);
  const opsPort = settings.port('OPS_PORT', 4002);
  const taken = new Map<number, string>();
  for (const [name, value] of [
    ['PORT', port],
    ['ADMIN_PORT', adminPort],
    ['OPS_PORT', opsPort],
  ] as const) {
    if (value === 0 || !LISTENS[kind].includes(name)) continue;
    const owner = taken.get(value);
    if (owner !== undefined)
      settings.complain(settings.find(name)?.from ?? name, `is the same port as ${owner} (${value})`);
    taken.set(value, name);
  }
  return { port, adminPort, opsPort };
}
