import type { ConfigProblem } from './config-error';
import { formatPath, type ConfigPath } from './config-path';

export type Variables = Readonly<Record<string, string | undefined>>;

export interface Expansion {
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
  /** What stood in the file where a variable was put in, by formatted path: shown instead of the value, which may be a secret. */
  readonly written: ReadonlyMap<string, string>;
}

const REFERENCE = /\$\$\{|\$\{(?:([A-Za-z_]\w*)(?:(:-)([^}]*))?\})?/g;
/** Stands in for a variable that is not set, so that the rest can be checked in the same run. */
const PLACEHOLDER = 'unset';

/**
 * Puts variables into every string: `${NAME}`, `${NAME:-default}` (unset or empty), `$${` for a literal `${`.
 * Keys are left alone.
 */
export function expandVariables(root: unknown, env: Variables): Expansion {
  const problems: ConfigProblem[] = [];
  const written = new Map<string, string>();

  const expandText = (text: string, path: ConfigPath): string => {
    if (!text.includes('${')) return text;
    const at = formatPath(path);
    written.set(at, text);
    return text.replace(
      REFERENCE,
      (found: string, name?: string, hasDefault?: string, fallback: string = ''): string => {
        if (found === '$${') return '${';
        if (name === undefined) {
          problems.push({
            path: at,
            message: 'is no variable reference',
            hint: 'write ${NAME}, ${NAME:-default}, or $${ for a literal ${',
          });
          return PLACEHOLDER;
        }
        const value = Object.hasOwn(env, name) ? env[name] : undefined;
        if (hasDefault !== undefined) return value === undefined || value === '' ? fallback : value;
        if (value !== undefined) return value;
        problems.push({
          path: at,
          message: `the variable ${name} is not set`,
          hint: `set it or write \${${name}:-default}`,
        });
        return PLACEHOLDER;
      },
    );
  };

  const expand = (value: unknown, path: ConfigPath): unknown => {
    if (typeof value === 'string') return expandText(value, path);
    if (Array.isArray(value)) return value.map((each: unknown, i) => expand(each, [...path, i]));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(([key]) => {
      if (key !== '__proto__') return true;
      problems.push({ path: formatPath([...path, key]), message: 'cannot be used as a name' });
      return false;
    });
    return Object.fromEntries(entries.map(([key, each]) => [key, expand(each, [...path, key])]));
  };

  return { value: expand(root, []), problems, written };
}
