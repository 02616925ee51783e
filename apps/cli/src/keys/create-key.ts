import { openAdminClient } from '../admin-client';
import { readList, readOptions, readPairs } from '../read-options';
import { textOf } from '../text-of';
import { UsageError, type Verb } from '../world';

const OPTIONS = {
  owner: { type: 'string' },
  kind: { type: 'string' },
  name: { type: 'string' },
  project: { type: 'string' },
  projects: { type: 'string', multiple: true },
  models: { type: 'string', multiple: true },
  expires: { type: 'string' },
  label: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

export const createKey: Verb = {
  usage:
    'keys create --owner EMAIL|SLUG|ID [--kind developer|admin|finance] [--name TEXT] [--project SLUG]\n' +
    '      [--projects A,B] [--models GLOB,GLOB] [--expires TIME] [--label NAME=VALUE]... [--json]',
  summary: 'make a key; standard output is the key alone',
  async run(args, world) {
    const { values, positionals } = readOptions(args, OPTIONS);
    if (positionals.length > 0) throw new UsageError(`keys create does not take "${positionals[0]}"`);
    if (values.owner === undefined) throw new UsageError('keys create needs --owner');
    const admin = await openAdminClient(world);
    const made = await admin('POST', 'keys', {
      owner: values.owner,
      kind: values.kind,
      name: values.name,
      project: values.project,
      projects: readList(values.projects),
      allowedModels: readList(values.models),
      expiresAt: values.expires,
      labels: readPairs('label', values.label),
    });
    if (values.json) {
      world.out(`${JSON.stringify(made, null, 2)}\n`);
      return 0;
    }
    world.err(`Key ${textOf(made['id'])} of ${textOf(made['owner'])}, shown this once:\n`);
    world.out(`${textOf(made['key'])}\n`);
    return 0;
  },
};
