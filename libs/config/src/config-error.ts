/** One thing that is wrong with a setting. The value itself is never part of it where it may be a secret. */
export interface ConfigProblem {
  /** Where: `providers.a.credentials[0].apiKey` in the file, else the name of a variable or flag. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  /** Line of the file, from 1. */
  readonly line?: number;
}

const sentence = ({ path, message, hint, line }: ConfigProblem): string =>
  [
    path === '' ? '' : `${path}: `,
    message,
    hint === undefined ? '' : `; ${hint}`,
    line === undefined ? '' : ` (line ${line})`,
  ].join('');

/** Everything that is wrong with a configuration or an environment, reported together; one line each. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];
  readonly path: string;
  readonly hint: string | undefined;

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(sentence).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
    this.path = problems[0]?.path ?? '';
    this.hint = problems[0]?.hint;
  }
}
