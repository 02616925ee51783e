import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { VERBS } from '../../apps/cli/src/verbs';
import { ConfigError, parseConfig, readEnvironment, type ProcessKind } from '@turnpike/config';
import { mintKey } from '@turnpike/identity';
import { PROVIDERS } from '@turnpike/provider';
import { listFiles, readSource, root } from './source-files';

interface Service {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly build?: { readonly dockerfile: string };
  readonly image: string;
}

interface Instruction {
  readonly word: string;
  readonly rest: string;
}

const COMPOSE = readSource('docker-compose.yml');
const { services, volumes } = parse(COMPOSE, { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const OURS = Object.entries(services).filter(([, service]) => service.build !== undefined);
const SERVING = OURS.filter(([name]) => name !== 'migrate');
const DOCKERFILE: readonly Instruction[] = readSource('deploy/Dockerfile')
  .replace(/^#.*$/gm, '')
  .replace(/\\\n/g, ' ')
  .split('\n')
  .flatMap((line) => {
    const [, word, rest] = /^([A-Z]+)\s+(.+)$/.exec(line) ?? [];
    return word === undefined || rest === undefined ? [] : [{ word, rest: rest.trim() }];
  });

const all = (word: string): string[] => DOCKERFILE.flatMap((each) => (each.word === word ? [each.rest] : []));
/** Instructions of the stage that becomes the image. */
const lastStage = DOCKERFILE.slice(DOCKERFILE.map(({ word }) => word).lastIndexOf('FROM'));
const last = (word: string): string => lastStage.filter((each) => each.word === word).at(-1)?.rest ?? '';
const words = (json: string): string[] => JSON.parse(json) as string[];
const exists = (file: string): boolean => fs.existsSync(path.join(root, file));

/** Names and values of the file that people copy. */
const EXAMPLE = new Map(
  [...readSource('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [
    name,
    value,
  ]),
);
const IMAGE_ENV = Object.fromEntries(
  last('ENV')
    .split(/\s+/)
    .map((pair) => pair.split('=') as [string, string]),
);
const GOOD: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: 'f00dfeedc0ffee',
  TURNPIKE_KEY_PEPPER: 'Qm9va3MgYXJlIGtlcHQgaW4gdGhlIGxpYnJhcnkgZG93bnRvd24',
  TURNPIKE_ADMIN_KEY: mintKey('admin'),
  TURNPIKE_SECRET_KEYS: 'S2VwdCBmb3IgYSBkYXksIHJlYWQgYnkgb25lIG93bmU=',
  ANTHROPIC_API_KEY: 'one',
  OPENAI_API_KEY: 'two',
};
const REFERENCE = /\$\{([A-Z_]+)(:[?-])?[^}]*\}/g;
/** What the engine makes of a value, with every secret set. */
const fill = (text: string): string => text.replace(REFERENCE, (_, name: string) => GOOD[name] ?? '');

/** The variables that a container of ours sees. */
const variablesOf = (service: Service): Record<string, string> => ({
  ...IMAGE_ENV,
  ...GOOD,
  ...Object.fromEntries(Object.entries(service.environment ?? {}).map(([name, text]) => [name, fill(text)])),
});

/** Settings that the process of this name would refuse to start with. */
function problemsOf(name: string, service: Service): string[] {
  try {
    readEnvironment({ process: name as ProcessKind, env: variablesOf(service), cwd: '/app' });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((each) => each.path);
  }
}

/** Ports that the process of this container opens. */
const portOf = (name: string, service: Service): { readonly main: number; readonly ops: number } => {
  const { port, adminPort, opsPort } = readEnvironment({
    process: name as ProcessKind,
    env: variablesOf(service),
    cwd: '/app',
  });
  return { main: name === 'admin' ? adminPort : port, ops: opsPort };
};

describe('the image', () => {
  it('is built on one exact release of a Node that is supported, an even one', () => {
    const bases = [...new Set(all('FROM').map((rest) => rest.split(' ')[0]))];
    expect(bases).toEqual([expect.stringMatching(/^node:\d+\.\d+\.\d+-[a-z]+-slim$/)]);
    const major = Number(/^node:(\d+)/.exec(bases[0] ?? '')?.[1]);
    expect(major % 2).toBe(0);
    const { engines } = JSON.parse(readSource('package.json')) as { engines: { node: string } };
    expect(engines.node).toContain(`>=${major}.`);
  });

  it('installs what the lockfile says, and runs no script of a package', () => {
    const installs = all('RUN').filter((rest) => /\bnpm (ci|i|install)\b/.test(rest));
    expect(installs).toHaveLength(2);
    for (const install of installs) expect(install).toMatch(/^npm ci .*--ignore-scripts\b/);
    expect(installs.at(-1)).toMatch(/--omit=dev --omit=optional/);
  });

  it('copies only what is there and what the builder is given', () => {
    const copied = all('COPY')
      .filter((rest) => !rest.startsWith('--from='))
      .flatMap((rest) => rest.split(/\s+/).slice(0, -1));
    expect(copied.filter((file) => !exists(file))).toEqual([]);
    const given = readSource('.dockerignore').split('\n');
    expect(given.find((line) => !line.startsWith('#'))).toBe('*');
    expect(copied.filter((file) => !given.includes(`!${file.split('/')[0]}`))).toEqual([]);
  });

  it('names scripts that exist', () => {
    const scripts = all('RUN').flatMap((rest) => /^node (\S+)/.exec(rest)?.[1] ?? []);
    expect(scripts).toEqual(['tools/build.mjs']);
    expect(scripts.filter((file) => !exists(file))).toEqual([]);
  });

  it('runs as nobody special, with Node as its first process', () => {
    expect(last('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(words(last('ENTRYPOINT'))).toEqual(['node']);
    expect(words(last('CMD'))).toEqual(services['gateway']?.command);
  });

  it('holds no secret', () => {
    const named = [...all('ENV'), ...all('ARG')].join(' ');
    expect(named).not.toMatch(/KEY|SECRET|PASSWORD|PEPPER|TOKEN|DATABASE_URL/);
  });

  it('exposes the ports that the processes open', () => {
    const opened = readEnvironment({ process: 'standalone', env: {}, cwd: '/app' });
    expect(last('EXPOSE').split(' ').map(Number)).toEqual([opened.port, opened.adminPort, opened.opsPort]);
  });
});

describe('every variable', () => {
  const known = new Set(
    listFiles('libs/config/src', /(?<!\.spec)\.ts$/).flatMap((file) =>
      [...readSource(file).matchAll(/'([A-Z][A-Z_]+)'/g)].map(([, name]) => name),
    ),
  );

  it.each([
    ...Object.keys(IMAGE_ENV).map((name) => [name, 'deploy/Dockerfile']),
    ...OURS.flatMap(([service, { environment = {} }]) =>
      Object.keys(environment).map((name) => [name, service]),
    ),
  ])('%s of %s is read by libs/config', (name) => {
    expect(known).toContain(name);
  });

  it('of .env.example is used by the compose file or by its configuration, and the other way round', () => {
    const used = [COMPOSE, readSource('deploy/config/turnpike.yaml')].flatMap((text) =>
      [...text.matchAll(REFERENCE)].map(([, name]) => name),
    );
    expect([...EXAMPLE.keys()].sort()).toEqual([...new Set(used)].sort());
  });

  it('that is secret has no default', () => {
    expect([...EXAMPLE].filter(([, value]) => value !== '')).toEqual([]);
    const references = [...COMPOSE.matchAll(REFERENCE)];
    expect(references.length).toBeGreaterThan(0);
    expect(references.filter(([, , kind]) => kind !== ':?').map(([text]) => text)).toEqual([]);
  });
});

describe.each(OURS)('the service %s', (name, service) => {
  it('runs a command that exists', () => {
    const [script = '', ...args] = service.command ?? [];
    if (script === 'bin/turnpike.mjs') {
      expect(exists(script)).toBe(true);
      expect(Object.keys(VERBS)).toContain(args.join(' '));
    } else {
      const source = script.replace(/^dist\//, '').replace(/\.js$/, '.ts');
      expect(source).toBe(`apps/${name}/src/main.ts`);
      expect(readSource(source)).toContain('require.main === module');
      expect(args).toEqual([]);
    }
  });

  it('is told everything that it asks for', () => {
    expect(problemsOf(name, service)).toEqual([]);
  });

  it('takes its secrets from a file that is not in the repository', () => {
    expect(service.env_file).toBe('.env');
    expect(readSource('.gitignore').split('\n')).toContain('.env');
  });

  it('mounts what is there', () => {
    const sources = (service.volumes ?? []).map((each) => each.split(':')[0] ?? '');
    expect(sources.filter((each) => !(each.startsWith('./') ? exists(each) : each in volumes))).toEqual([]);
  });

  it('waits only for services of this file', () => {
    const waited = Object.keys(service.depends_on ?? {});
    expect(waited).toContain('postgres');
    expect(waited.filter((each) => !(each in services))).toEqual([]);
  });
});

describe.each(SERVING)('the serving service %s', (name, service) => {
  it('publishes the port it opens, and the ops port to nobody', () => {
    const { main } = portOf(name, service);
    expect((service.ports ?? []).map((each) => Number(each.split(':').at(-1)))).toEqual(
      name === 'worker' ? [] : [main],
    );
  });

  it('is asked for its health on the ops port', () => {
    const script = service.healthcheck?.test.at(-1) ?? '';
    const url = new URL(/http:[^']+/.exec(script)?.[0] ?? '');
    expect(Number(url.port)).toBe(portOf(name, service).ops);
    expect(readSource('libs/telemetry/src/ops-server.ts')).toContain(`case '${url.pathname}':`);
  });
});

it('the configuration of the compose file is a good one', () => {
  const text = readSource('deploy/config/turnpike.yaml');
  const configuration = parseConfig(text, { env: GOOD, definitions: PROVIDERS });
  expect([...configuration.providers.keys()].sort()).toEqual(['anthropic', 'openai']);
});
