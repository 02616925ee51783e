import type { Verb } from './world';

interface ProcessModule {
  readonly main: (argv: readonly string[]) => Promise<void>;
}

/** Runs one of our own processes inside this one; it reads its environment itself and goes on after this resolves. */
export function runProcess(name: string, summary: string, load: () => Promise<ProcessModule>): Verb {
  return {
    usage: name,
    summary,
    async run(args) {
      const { main } = await load();
      await main(args);
      return 0;
    },
  };
}
