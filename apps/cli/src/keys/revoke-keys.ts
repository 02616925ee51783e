import { openAdminClient } from '../admin-client';
import { readOptions } from '../read-options';
import { textOf } from '../text-of';
import { UsageError, type Verb } from '../world';

export const revokeKeys: Verb = {
  usage: 'keys revoke ID...',
  summary: 'revoke keys, for good',
  async run(args, world) {
    const { positionals } = readOptions(args, {});
    if (positionals.length === 0) throw new UsageError('keys revoke needs the id of a key (see keys list)');
    const admin = await openAdminClient(world);
    for (const id of positionals) {
      const key = await admin('POST', `keys/${encodeURIComponent(id)}/revoke`, {});
      world.out(`Revoked ${textOf(key['id'])} (...${textOf(key['last4'])}).\n`);
    }
    return 0;
  },
};
