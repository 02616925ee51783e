import type { ConfigProblem } from './config-error';
import { didYouMean } from './suggest';

/** Flags by the variable that each one mirrors. */
const MIRRORS: Readonly<Record<string, string>> = {
  '--port': 'PORT',
  '--admin-port': 'ADMIN_PORT',
  '--ops-port': 'OPS_PORT',
  '--host': 'HOST',
  '--data-dir': 'TURNPIKE_DATA_DIR',
  '--config': 'TURNPIKE_CONFIG',
};

export interface Flags {
  /** Variable name -> what was given, and by which flag. */
  readonly given: ReadonlyMap<string, { readonly flag: string; readonly value: string }>;
  readonly problems: readonly ConfigProblem[];
}

/** Reads `--port 4000` and `--port=4000`; the last of a repeated flag counts. */
export function readFlags(argv: readonly string[]): Flags {
  const given = new Map<string, { flag: string; value: string }>();
  const problems: ConfigProblem[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    const equals = word.indexOf('=');
    const flag = equals < 0 ? word : word.slice(0, equals);
    const name = Object.hasOwn(MIRRORS, flag) ? MIRRORS[flag] : undefined;
    if (name === undefined) {
      if (flag.startsWith('--')) {
        const hint = didYouMean(flag, Object.keys(MIRRORS));
        problems.push({ path: flag, message: 'unknown flag', ...(hint === undefined ? {} : { hint }) });
        if (equals < 0 && argv[i + 1]?.startsWith('--') === false) i++;
      } else problems.push({ path: word, message: 'belongs to no flag' });
      continue;
    }
    const value = equals < 0 ? argv[++i] : word.slice(equals + 1);
    if (value === undefined || value === '') problems.push({ path: flag, message: 'needs a value' });
    else given.set(name, { flag, value });
  }
  return { given, problems };
}
