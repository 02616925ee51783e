import type { z } from 'zod';
import type { ConfigPath } from './config-path';
import { didYouMean } from './suggest';

/** A problem whose path can still be compared and looked up. */
export interface LocatedProblem {
  readonly at: ConfigPath;
  readonly message: string;
  readonly hint?: string;
}

type Issue = z.core.$ZodIssue;

const article = (word: string): string => (/^[aeio]/.test(word) ? `an ${word}` : `a ${word}`);
const KINDS: Readonly<Record<string, string>> = {
  object: 'mapping',
  record: 'mapping',
  array: 'list',
  int: 'whole number',
};
const kindOf = (expected: string): string => article(KINDS[expected] ?? expected);

interface Shape {
  readonly def: {
    readonly type: string;
    readonly innerType?: Shape;
    readonly element?: Shape;
    readonly valueType?: Shape;
    readonly shape?: Readonly<Record<string, Shape>>;
  };
}

/** The keys that the schema knows at a path. */
function knownKeys(root: Shape, path: ConfigPath): readonly string[] {
  let shape: Shape | undefined = root;
  const unwrap = (outer: Shape | undefined): Shape | undefined => {
    let inner = outer;
    while (inner?.def.innerType) inner = inner.def.innerType;
    return inner;
  };
  for (const step of path) {
    const def: Shape['def'] | undefined = unwrap(shape)?.def;
    shape = def?.shape?.[String(step)] ?? def?.element ?? def?.valueType;
  }
  return Object.keys(unwrap(shape)?.def.shape ?? {});
}

function messageOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.message.endsWith('received undefined')) return 'is required';
      return issue.message.startsWith('Invalid input') ? `must be ${kindOf(issue.expected)}` : issue.message;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.message.startsWith('Too small') ? `must be at least ${issue.minimum}` : issue.message;
    case 'too_big':
      return issue.message.startsWith('Too big') ? `must be at most ${issue.maximum}` : issue.message;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'cannot be used as a name';
    default:
      return issue.message;
  }
}

/** Schema issues as sentences; unknown keys one by one, each with what was probably meant. No value is repeated. */
export const explainIssues = (issues: readonly Issue[], schema: z.ZodType): readonly LocatedProblem[] =>
  issues.flatMap((issue): readonly LocatedProblem[] => {
    if (issue.code !== 'unrecognized_keys') return [{ at: issue.path, message: messageOf(issue) }];
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((key) => {
      const hint = didYouMean(key, known);
      return { at: [...issue.path, key], message: 'unknown key', ...(hint === undefined ? {} : { hint }) };
    });
  });
