import { inspect } from 'node:util';
import { ConfigError } from './config-error';
import { readEnvironment, type EnvironmentOptions } from './environment';

const pepper = 'nF3kQ8vZ1rT6yW0pLs9dXc4bHj7mGa2e';
const adminKey = 'tpa_0123456789ABCDEFGHIJKLMNOPQRSTUV4UHP8Z';
const secretKey = Buffer.from('0123456789abcdefghijklmnopqrstuv').toString('base64');
const databaseUrl = 'postgres://user:hunter2secret@db/turnpike';
const complete = {
  DATABASE_URL: databaseUrl,
  TURNPIKE_KEY_PEPPER: pepper,
  TURNPIKE_ADMIN_KEY: adminKey,
  TURNPIKE_SECRET_KEYS: secretKey,
};

const read = (options: Partial<EnvironmentOptions> = {}) =>
  readEnvironment({ process: 'standalone', env: {}, cwd: '/srv', fileExists: () => false, ...options });

const problemsOf = (options: Partial<EnvironmentOptions>): readonly string[] => {
  try {
    read(options);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
};

describe('settings', () => {
  it('needs nothing in standalone', () => {
    expect(read()).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      adminPort: 4001,
      opsPort: 4002,
      dataDir: '/srv/.turnpike',
      configFile: undefined,
      databaseUrl: undefined,
      logLevel: 'info',
      logFormat: 'pretty',
      secretKeys: [],
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(read({ env: { PORT: '', DATABASE_URL: '', LOG_FORMAT: '' } })).toMatchObject({
      port: 4000,
      databaseUrl: undefined,
    });
  });

  it('lets flags win over variables, in both spellings', () => {
    const env = {
      PORT: '1',
      ADMIN_PORT: '2',
      OPS_PORT: '3',
      HOST: '::1',
      TURNPIKE_DATA_DIR: '/a',
      TURNPIKE_CONFIG: '/b',
    };
    const argv = [
      '--port',
      '0',
      '--admin-port=12',
      '--ops-port',
      '13',
      '--host',
      '127.0.0.2',
      '--data-dir=d',
      '--config',
      'c.yaml',
    ];
    expect(read({ env })).toMatchObject({
      port: 1,
      adminPort: 2,
      opsPort: 3,
      host: '::1',
      dataDir: '/a',
      configFile: '/b',
    });
    expect(read({ env, argv })).toMatchObject({
      port: 0,
      adminPort: 12,
      opsPort: 13,
      host: '127.0.0.2',
      dataDir: '/srv/d',
      configFile: '/srv/c.yaml',
    });
  });

  it('finds the usual configuration file where there is one', () => {
    expect(read({ fileExists: (path) => path === '/srv/turnpike.yaml' }).configFile).toBe(
      '/srv/turnpike.yaml',
    );
  });

  it('uses the state store for jobs unless told otherwise', () => {
    const env = { REDIS_URL: 'redis://a', REDIS_QUEUE_URL: '' };
    expect(read({ env }).redisQueueUrl?.reveal()).toBe('redis://a');
    expect(read({ env: { ...env, REDIS_QUEUE_URL: 'rediss://b' } }).redisQueueUrl?.reveal()).toBe(
      'rediss://b',
    );
  });

  it('writes JSON lines outside standalone', () => {
    expect(read({ process: 'gateway', env: complete }).logFormat).toBe('json');
  });
});

describe('what is wrong is named', () => {
  it.each<[string, Partial<EnvironmentOptions>, string]>([
    ['port', { env: { PORT: '70000' } }, 'PORT: must be a port from 0 to 65535; 0 takes a free one'],
    [
      'port of a flag',
      { argv: ['--ops-port', 'x'] },
      '--ops-port: must be a port from 0 to 65535; 0 takes a free one',
    ],
    ['equal ports', { env: { ADMIN_PORT: '4000' } }, 'ADMIN_PORT: is the same port as PORT (4000)'],
    ['flag', { argv: ['--prot', '1'] }, '--prot: unknown flag; did you mean "--port"?'],
    ['word', { argv: ['x'] }, 'x: belongs to no flag'],
    ['flag without a value', { argv: ['--port'] }, '--port: needs a value'],
    [
      'level',
      { env: { LOG_LEVEL: 'loud' } },
      'LOG_LEVEL: must be one of trace, debug, info, warn, error, fatal, silent',
    ],
    [
      'database',
      { env: { DATABASE_URL: 'mysql://u:hunter2secret@h' } },
      'DATABASE_URL: must be a URL that begins with postgres:// or postgresql://',
    ],
    [
      'short pepper',
      { env: { TURNPIKE_KEY_PEPPER: 'short' } },
      'TURNPIKE_KEY_PEPPER: must have at least 32 characters; make one with: openssl rand -base64 48',
    ],
    [
      'repeated character',
      { env: { TURNPIKE_KEY_PEPPER: 'a'.repeat(40) } },
      'TURNPIKE_KEY_PEPPER: looks like a placeholder; make one with: openssl rand -base64 48',
    ],
    [
      'default pepper',
      { env: { TURNPIKE_KEY_PEPPER: 'please-change-me-before-production-use' } },
      'TURNPIKE_KEY_PEPPER: looks like a placeholder; make one with: openssl rand -base64 48',
    ],
    [
      'key of another kind',
      { env: { TURNPIKE_ADMIN_KEY: adminKey.replace('tpa_', 'tpk_') } },
      'TURNPIKE_ADMIN_KEY: is no whole admin key; make one with: turnpike keys generate admin',
    ],
    [
      'mistyped admin key',
      { env: { TURNPIKE_ADMIN_KEY: adminKey.replace('0', '1') } },
      'TURNPIKE_ADMIN_KEY: is no whole admin key; make one with: turnpike keys generate admin',
    ],
    [
      'short encryption key',
      { env: { TURNPIKE_SECRET_KEYS: `${secretKey},short` } },
      'TURNPIKE_SECRET_KEYS: must be a comma list of base64 keys of 32 bytes; make one with: openssl rand -base64 32',
    ],
    [
      'encryption key of one byte over and over',
      { env: { TURNPIKE_SECRET_KEYS: Buffer.alloc(32).toString('base64') } },
      'TURNPIKE_SECRET_KEYS: must be a comma list of base64 keys of 32 bytes; make one with: openssl rand -base64 32',
    ],
    [
      'encryption key twice',
      { env: { TURNPIKE_SECRET_KEYS: `${secretKey},${secretKey}` } },
      'TURNPIKE_SECRET_KEYS: holds the same key twice',
    ],
    [
      'reused secret',
      { env: { TURNPIKE_SECRET_KEYS: secretKey, TURNPIKE_KEY_PEPPER: secretKey } },
      'TURNPIKE_KEY_PEPPER: has the same value as TURNPIKE_SECRET_KEYS; each secret needs a value of its own',
    ],
  ])('%s', (_, options, expected) => expect(problemsOf(options)).toEqual([expected]));

  it.each(['gateway', 'admin', 'worker'] as const)(
    '%s needs database, pepper, admin key and secret keys, all named at once',
    (process) => {
      expect(problemsOf({ process }).map((line) => line.split(':')[0])).toEqual([
        'DATABASE_URL',
        'TURNPIKE_KEY_PEPPER',
        'TURNPIKE_ADMIN_KEY',
        'TURNPIKE_SECRET_KEYS',
      ]);
      expect(problemsOf({ process, env: complete })).toEqual([]);
    },
  );

  it('needs nothing but the database to migrate', () => {
    expect(problemsOf({ process: 'migrate', env: { DATABASE_URL: databaseUrl } })).toEqual([]);
    expect(problemsOf({ process: 'migrate' })).toHaveLength(1);
  });

  it('never repeats a secret', () => {
    const env = {
      DATABASE_URL: 'mysql://hunter2secret',
      TURNPIKE_KEY_PEPPER: 'hunter2secret',
      TURNPIKE_ADMIN_KEY: 'hunter2secret',
      TURNPIKE_SECRET_KEYS: 'hunter2secret',
      REDIS_URL: 'hunter2secret',
      PORT: 'x',
    };
    const problems = problemsOf({ process: 'admin', env });
    expect(problems.length).toBeGreaterThanOrEqual(6);
    expect(problems.join()).not.toContain('hunter2secret');
    const { variables, ...environment } = read({
      process: 'admin',
      env: { ...complete, TURNPIKE_SECRET_KEYS: secretKey },
    });
    const shown = inspect(environment) + JSON.stringify(environment);
    for (const secret of [pepper, adminKey, secretKey, 'hunter2secret']) expect(shown).not.toContain(secret);
    expect(variables['DATABASE_URL']).toBe(databaseUrl);
  });
});
