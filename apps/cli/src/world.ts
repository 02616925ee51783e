/** Everything outside that a command may touch; tests bring their own. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** One thing that `turnpike` can do. */
export interface Verb {
  readonly usage: string;
  readonly summary: string;
  /** Resolves with the exit code. @throws UsageError, or any error whose message is a sentence for the user. */
  readonly run: (args: readonly string[], world: World) => Promise<number>;
}

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {}
