import { isObject, type JsonObject } from '@turnpike/kernel';
import { openAdminClient, type AdminCall } from '../admin-client';
import { readOptions } from '../read-options';
import { renderTable } from '../render-table';
import { UsageError, type Verb } from '../world';

const OPTIONS = {
  owner: { type: 'string' },
  kind: { type: 'string' },
  project: { type: 'string' },
  revoked: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const listKeys: Verb = {
  usage: 'keys list [--owner EMAIL|SLUG|ID] [--kind KIND] [--project SLUG] [--revoked true|false] [--json]',
  summary: 'list keys by their last four characters',
  async run(args, world) {
    const { values, positionals } = readOptions(args, OPTIONS);
    if (positionals.length > 0) throw new UsageError(`keys list does not take "${positionals[0]}"`);
    const { json, ...filters } = values;
    const keys = await readAll(await openAdminClient(world), filters);
    world.out(
      json ? `${JSON.stringify(keys, null, 2)}\n` : renderTable(keys.map((key) => present(key, Date.now()))),
    );
    return 0;
  },
};

async function readAll(
  admin: AdminCall,
  filters: Readonly<Record<string, string | undefined>>,
): Promise<JsonObject[]> {
  const keys: JsonObject[] = [];
  const query = new URLSearchParams({ limit: '500' });
  for (const [name, value] of Object.entries(filters)) if (value !== undefined) query.set(name, value);
  for (;;) {
    const page = await admin('GET', `keys?${query.toString()}`);
    if (Array.isArray(page['items'])) keys.push(...page['items'].filter(isObject));
    if (typeof page['nextCursor'] !== 'string') return keys;
    query.set('cursor', page['nextCursor']);
  }
}

/** One line of the table. */
export function present(key: JsonObject, nowMs: number): Record<string, string> {
  const text = (name: string): string => (typeof key[name] === 'string' ? key[name] : '-');
  const ends = Date.parse(text('expiresAt'));
  const state = key['revokedAt'] ? 'revoked' : ends <= nowMs ? 'expired' : 'active';
  return {
    ID: text('id'),
    KEY: `...${text('last4')}`,
    KIND: text('kind'),
    STATE: state,
    OWNER: text('owner'),
    PROJECT: text('project'),
    EXPIRES: text('expiresAt'),
    NAME: text('name'),
  };
}
