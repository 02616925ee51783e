import { isObject } from '@turnpike/kernel';
import { readVersion } from './project-root';
import { VERBS } from './verbs';
import { UsageError, type Verb, type World } from './world';

const USAGE_ERROR = 2;

/** The `turnpike` command. Resolves with its exit code; what is the user's to fix is said in a sentence. */
export async function main(argv: readonly string[], world: World): Promise<number> {
  try {
    return await run(argv, world);
  } catch (error) {
    const message =
      isObject(error) && typeof error['message'] === 'string' ? error['message'] : String(error);
    world.err(`turnpike: ${message}\n`);
    return error instanceof UsageError ? USAGE_ERROR : 1;
  }
}

async function run(argv: readonly string[], world: World): Promise<number> {
  const [first, second] = argv;
  if (first === '--version' || first === '-v') return say(world, `turnpike ${readVersion()}\n`);
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    return say(world, describeCommand());
  }
  const found = findVerb(first, second);
  if (!found) throw new UsageError(explainUnknown(first, second));
  const args = argv.slice(found.words);
  if (args.includes('--help') || args.includes('-h')) return say(world, describeVerb(found.verb));
  return found.verb.run(args, world);
}

function say(world: World, text: string): number {
  world.out(text);
  return 0;
}

function findVerb(first: string, second: string | undefined): { verb: Verb; words: number } | undefined {
  const table: Readonly<Record<string, Verb>> = VERBS;
  for (const [name, words] of [[`${first} ${second}`, 2] as const, [first, 1] as const]) {
    const verb = Object.hasOwn(table, name) ? table[name] : undefined;
    if (verb) return { verb, words };
  }
  return undefined;
}

function explainUnknown(first: string, second: string | undefined): string {
  const continuations = Object.keys(VERBS)
    .filter((name) => name.startsWith(`${first} `))
    .map((name) => name.slice(first.length + 1));
  if (continuations.length === 0) return `there is no "${first}"; see turnpike --help`;
  const given = second === undefined ? '' : `, not "${second}"`;
  return `"${first}" takes one of ${continuations.join(', ')}${given}`;
}

const describeVerb = ({ usage, summary }: Verb): string => `turnpike ${usage}\n    ${summary}\n`;

function describeCommand(): string {
  const verbs: readonly Verb[] = Object.values(VERBS);
  return `usage: turnpike <verb>\n\n${verbs.map((verb) => `  ${describeVerb(verb)}`).join('')}
Processes read the environment; verbs that need the control plane read TURNPIKE_ADMIN_URL and TURNPIKE_API_KEY.
`;
}
