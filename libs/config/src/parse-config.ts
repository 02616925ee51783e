import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { checkReferences, type KnownDefinitions } from './check-references';
import { ConfigError, type ConfigProblem } from './config-error';
import { formatPath, type ConfigPath } from './config-path';
import { toConfiguration, type Configuration } from './configuration';
import { expandVariables, type Expansion, type Variables } from './expand-variables';
import { explainIssues, type LocatedProblem } from './explain-issues';
import { readFileSecrets } from './read-file-secrets';
import { readTextFile, type FileReader } from './read-secret';
import { configSchema, type ConfigFile } from './schema';

export interface ParseOptions {
  readonly env: Variables;
  readonly definitions: KnownDefinitions;
  /** Reads `file:` secrets. */
  readonly fileReader?: FileReader;
}

interface Source {
  readonly document: Document;
  readonly lines: LineCounter;
}

/** A whole configuration. @throws ConfigError with everything that is wrong with it. */
export function parseConfig(text: string, options: ParseOptions): Configuration {
  const source = readYaml(text);
  const expansion = expandVariables(toPlain(source.document), options.env);
  const reported = new Set(expansion.problems.map(({ path }) => path));
  const { file, problems } = validate(expansion, options);
  const located = problems
    .map((each): ConfigProblem & { at: ConfigPath } => ({ ...each, path: formatPath(each.at) }))
    .filter(({ path }) => !reported.has(path))
    .map(({ at, ...problem }) => withLine(problem, at, source));
  const all = [...expansion.problems, ...located];
  if (all.length > 0 || !file) throw new ConfigError(all);
  return toConfiguration(file);
}

function readYaml(text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length === 0) return { document, lines };
  throw new ConfigError(
    document.errors.map(({ pos, message }) => {
      const { line, col } = lines.linePos(pos[0]);
      return { path: `line ${line}, column ${col}`, message: `is no YAML: ${message}` };
    }),
  );
}

function toPlain(document: Document): unknown {
  try {
    return document.toJS() ?? {};
  } catch {
    throw new ConfigError([{ path: '', message: 'the file refers to its own anchors too often' }]);
  }
}

interface Verdict {
  readonly file?: ConfigFile;
  readonly problems: readonly LocatedProblem[];
}

function validate(expansion: Expansion, { definitions, fileReader = readTextFile }: ParseOptions): Verdict {
  const { value, issues, unknown } = parseShape(expansion);
  const show = (at: ConfigPath, text: string): string =>
    JSON.stringify(expansion.written.get(formatPath(at)) ?? text);
  const shape = explainIssues(issues, configSchema);
  if (!value) return { problems: shape };
  // A key that was misspelt is missing where it belongs: saying both would be noise.
  const parents = unknown.map((at) => formatPath(at));
  const references = checkReferences(value, definitions, show).filter(
    ({ at }) => !parents.includes(formatPath(at.slice(0, -1))),
  );
  const secrets = readFileSecrets(value, fileReader);
  return { file: secrets.file, problems: [...shape, ...references, ...secrets.problems] };
}

/** Validates; where nothing but unknown keys is wrong, without these, so that the rest is checked in the same run. */
function parseShape(expansion: Expansion) {
  const first = configSchema.safeParse(expansion.value);
  if (first.success) return { value: first.data, issues: [], unknown: [] };
  const typed = convertVariables(expansion, first.error.issues);
  const second = configSchema.safeParse(typed);
  if (second.success) return { value: second.data, issues: [], unknown: [] };
  const { issues } = second.error;
  if (!issues.every(({ code }) => code === 'unrecognized_keys'))
    return { value: undefined, issues, unknown: [] };
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const owner = lookUp(typed, issue.path);
    for (const key of issue.keys) delete owner?.[key];
  }
  const third = configSchema.safeParse(typed);
  return { value: third.success ? third.data : undefined, issues, unknown: issues.map(({ path }) => path) };
}

type Mutable = Record<PropertyKey, unknown>;

const lookUp = (root: unknown, path: ConfigPath): Mutable | undefined =>
  path.reduce<unknown>((value, step) => (value as Mutable | undefined)?.[step], root) as Mutable | undefined;

/** A variable is text; where a number or a boolean belongs it is read as one. */
function convertVariables(
  expansion: Expansion,
  issues: readonly { code: string; path: ConfigPath }[],
): unknown {
  const copy: unknown = structuredClone(expansion.value);
  for (const { code, path } of issues) {
    const key = path.at(-1);
    const owner = lookUp(copy, path.slice(0, -1));
    const value = key === undefined ? undefined : owner?.[key];
    if (code !== 'invalid_type' || !owner || key === undefined || typeof value !== 'string') continue;
    if (!expansion.written.has(formatPath(path))) continue;
    if (/^-?\d+(\.\d+)?$/.test(value)) owner[key] = Number(value);
    if (value === 'true' || value === 'false') owner[key] = value === 'true';
  }
  return copy;
}

/** The line of the deepest part of the path that the file holds. */
function withLine(problem: ConfigProblem, at: ConfigPath, { document, lines }: Source): ConfigProblem {
  for (let length = at.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(at.slice(0, length - 1), true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(at[length - 1]))
      : undefined;
    const offset = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
    if (offset !== undefined) return { ...problem, line: lines.linePos(offset).line };
  }
  return problem;
}
