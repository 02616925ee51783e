import { isObject } from '@turnpike/kernel';
import { ScriptError } from '../script/read-plan';
import { LIMIT_VOICES, type LimitPoolOptions } from './limit-pool';

const COUNTS = ['rpm', 'tpm', 'rpd', 'burst', 'tokenBurst', 'concurrency'] as const;
const KNOWN: readonly string[] = ['name', 'credentials', 'headers', ...COUNTS];

const isText = (value: unknown): value is string => typeof value === 'string';

function readPool(value: unknown, at: string): LimitPoolOptions {
  if (!isObject(value)) throw new ScriptError(`${at}: expected an object`);
  const extra = Object.keys(value).find((key) => !KNOWN.includes(key));
  if (extra !== undefined) throw new ScriptError(`${at}.${extra}: unknown; known are ${KNOWN.join(' ')}`);
  const { name, credentials, headers } = value;
  if (name !== undefined && !isText(name)) throw new ScriptError(`${at}.name: expected a text`);
  const isList = Array.isArray(credentials) && credentials.every(isText);
  if (credentials !== '*' && !isList) throw new ScriptError(`${at}.credentials: expected a list, or *`);
  const voice = LIMIT_VOICES.find((word) => word === headers);
  if (voice === undefined) throw new ScriptError(`${at}.headers: expected one of ${LIMIT_VOICES.join(' ')}`);
  const counts = COUNTS.flatMap((key) => {
    const count = value[key];
    if (count === undefined) return [];
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 1)
      throw new ScriptError(`${at}.${key}: expected a whole number from 1`);
    return [[key, count] as const];
  });
  return {
    name,
    credentials: credentials === '*' ? '*' : credentials,
    headers: voice,
    ...Object.fromEntries(counts),
  };
}

/** Reads a list of pools as a file or the control endpoint gives it. @throws ScriptError */
export function readLimits(value: unknown): readonly LimitPoolOptions[] {
  if (!Array.isArray(value)) throw new ScriptError('expected a list of pools');
  return value.map((pool: unknown, i) => readPool(pool, `limits.${i}`));
}
