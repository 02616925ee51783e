import { KEY_KINDS, mintKey } from '@turnpike/identity';
import { readOptions } from '../read-options';
import { UsageError, type Verb } from '../world';

export const generateKey: Verb = {
  usage: 'keys generate [developer|admin|finance]',
  summary: 'print a fresh key; nothing is stored',
  run(args, { out }) {
    const [word = 'developer', ...rest] = readOptions(args, {}).positionals;
    const kind = KEY_KINDS.find((known) => known === word);
    if (!kind || rest.length > 0) throw new UsageError(`keys generate takes one of ${KEY_KINDS.join(', ')}`);
    out(`${mintKey(kind)}\n`);
    return Promise.resolve(0);
  },
};
