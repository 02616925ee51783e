import path from 'node:path';
import { isObject } from '@turnpike/kernel';
import type { Verb } from './world';

const PROCESSES = ['standalone', 'gateway', 'admin', 'worker'] as const;

type ProcessMain = (argv: readonly string[]) => Promise<number | void>;

/** Runs one of our own processes inside this one; it reads its environment itself. */
export function runProcess(name: (typeof PROCESSES)[number], summary: string): Verb {
  return {
    usage: name,
    summary,
    async run(args) {
      const loaded: unknown = await import(path.resolve(__dirname, '../..', name, 'src/main'));
      const main = isObject(loaded) ? (loaded as Record<string, unknown>)['main'] : undefined;
      if (typeof main !== 'function')
        throw new Error(`The installation is incomplete: ${name} has no entry point.`);
      return (await (main as ProcessMain)(args)) ?? 0;
    },
  };
}
