import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { configJsonSchema, parseConfig, type Configuration } from '@turnpike/config';
import { PROVIDERS } from '@turnpike/provider';
import { stringify } from 'yaml';
import { readOptions } from '../read-options';
import { UsageError, type Verb, type World } from '../world';

const DEFAULT_FILE = 'turnpike.yaml';

interface Loaded {
  readonly file: string;
  readonly configuration: Configuration;
}

export const validateConfig: Verb = {
  usage: 'config validate [FILE]',
  summary: 'check a configuration file and say everything that is wrong with it',
  run(args, world) {
    const { file, configuration } = load(args, world);
    const counts = `${configuration.providers.size} providers, ${configuration.models.size} models`;
    world.out(`${file} is valid: ${counts}.\n`);
    return Promise.resolve(0);
  },
};

export const printConfig: Verb = {
  usage: 'config print [FILE]',
  summary: 'print the configuration with every default filled in and every secret hidden',
  run(args, world) {
    world.out(stringify(toPlain(load(args, world).configuration)));
    return Promise.resolve(0);
  },
};

export const printSchema: Verb = {
  usage: 'config schema',
  summary: 'print the JSON Schema of the configuration file',
  run(args, { out }) {
    if (readOptions(args, {}).positionals.length > 0)
      throw new UsageError('config schema takes nothing else');
    out(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    return Promise.resolve(0);
  },
};

function load(args: readonly string[], { env, cwd }: World): Loaded {
  const [named, ...rest] = readOptions(args, {}).positionals;
  if (rest.length > 0) throw new UsageError('one configuration file at a time');
  const file = named ?? env['TURNPIKE_CONFIG'] ?? DEFAULT_FILE;
  const place = path.resolve(cwd, file);
  if (!existsSync(place))
    throw new Error(`There is no configuration file ${place}. Name one, or set TURNPIKE_CONFIG.`);
  return {
    file,
    configuration: parseConfig(readFileSync(place, 'utf8'), { env, definitions: PROVIDERS }),
  };
}

/** Maps become objects and secrets hide themselves. */
function toPlain(configuration: Configuration): unknown {
  const text = JSON.stringify(configuration, (_, value: unknown) =>
    value instanceof Map ? (Object.fromEntries(value) as unknown) : value,
  );
  return JSON.parse(text);
}
