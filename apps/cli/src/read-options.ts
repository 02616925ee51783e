import { parseArgs, type ParseArgsConfig } from 'node:util';
import { isObject } from '@turnpike/kernel';
import { textOf } from './text-of';
import { UsageError } from './world';

type Options = NonNullable<ParseArgsConfig['options']>;

interface Shape<O extends Options> {
  readonly options: O;
  readonly allowPositionals: true;
  readonly args: string[];
}

/** Flags and words of a verb. @throws UsageError in one sentence. */
export function readOptions<const O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs<Shape<O>>({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const message = isObject(error) ? textOf(error['message']) : String(error);
    throw new UsageError(message.split('. ')[0] ?? message);
  }
}

/** Lists may be repeated flags, comma lists, or both; undefined when the flag is absent. */
export const readList = (values: readonly string[] | undefined): string[] | undefined =>
  values?.flatMap((value) => value.split(',')).filter((value) => value !== '');

/** `name=value` flags as an object. @throws UsageError */
export function readPairs(
  flag: string,
  values: readonly string[] | undefined,
): Record<string, string> | undefined {
  if (!values) return undefined;
  return Object.fromEntries(
    values.map((pair) => {
      const split = pair.indexOf('=');
      if (split < 1) throw new UsageError(`--${flag} takes name=value`);
      return [pair.slice(0, split), pair.slice(split + 1)];
    }),
  );
}
