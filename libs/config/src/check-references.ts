import { checkCredential, takesAmbient } from './check-credentials';
import { checkSettings, type KnownSetting, type SettingMember } from './check-settings';
import type { LocatedProblem } from './explain-issues';
import type { ConfigFile } from './schema';
import { didYouMean } from './suggest';

/** What validation has to know of a built-in provider definition. */
export interface KnownDefinition {
  readonly baseUrl?: string;
  readonly keyless?: boolean;
  readonly auth?: { readonly kind: string };
  readonly settings?: Readonly<Partial<Record<SettingMember, KnownSetting>>>;
  readonly deployments?: boolean;
}

export type KnownDefinitions = Readonly<Record<string, KnownDefinition>>;

type At = LocatedProblem['at'];
/** How a value may be shown at its path. */
export type Show = (at: At, value: string) => string;

const problem = (at: At, message: string, hint?: string): LocatedProblem => ({
  at,
  message,
  ...(hint === undefined ? {} : { hint }),
});

function* repeated(values: readonly string[]): Generator<number> {
  const seen = new Set<string>();
  for (const [i, value] of values.entries()) {
    if (seen.has(value)) yield i;
    seen.add(value);
  }
}

function* checkBaseUrl(at: At, baseUrl: string): Generator<LocatedProblem> {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    yield problem(at, 'must be an http or https URL', 'for example https://api.example.com/v1');
    return;
  }
  if (url.username !== '' || url.password !== '')
    yield problem(at, 'must not hold a user or password', 'put the key into credentials');
  if (url.search !== '' || url.hash !== '') yield problem(at, 'must not hold a query or a fragment');
}

function* checkProviders(
  file: ConfigFile,
  definitions: KnownDefinitions,
  show: Show,
): Generator<LocatedProblem> {
  for (const [name, provider] of Object.entries(file.providers)) {
    const at: At = ['providers', name];
    const definition = Object.hasOwn(definitions, provider.use) ? definitions[provider.use] : undefined;
    if (!definition) {
      const hint =
        didYouMean(provider.use, Object.keys(definitions)) ??
        'openai-compatible and anthropic-compatible fit anything else';
      yield problem([...at, 'use'], `unknown definition ${show([...at, 'use'], provider.use)}`, hint);
    }
    if (provider.baseUrl !== undefined) yield* checkBaseUrl([...at, 'baseUrl'], provider.baseUrl);
    else if (definition && definition.baseUrl === undefined) {
      yield problem([...at, 'baseUrl'], `is required, because "${provider.use}" has no address of its own`);
    }
    if (definition) yield* checkAccount(at, provider, definition);
    for (const i of repeated(provider.credentials.map((each) => each.name))) {
      yield problem(
        [...at, 'credentials', i, 'name'],
        'is the name of an earlier credential of this provider',
      );
    }
  }
}

/** What the definition says that its providers have to state. */
function* checkAccount(
  at: At,
  provider: ConfigFile['providers'][string],
  definition: KnownDefinition,
): Generator<LocatedProblem> {
  const { use, credentials, deployments } = provider;
  const scheme = definition.auth?.kind;
  if (!definition.keyless && !takesAmbient(scheme) && credentials.length === 0)
    yield problem(
      [...at, 'credentials'],
      'needs at least one credential',
      'write [{ name: main, apiKey: "${VAR}" }]',
    );
  yield* checkSettings(at, { use, settings: provider, known: definition.settings ?? {} });
  if (deployments && !definition.deployments)
    yield problem([...at, 'deployments'], `is nothing that ${use} takes`);
  const plainAllowed = provider.allowPrivateNetwork === true;
  for (const [i, credential] of credentials.entries())
    yield* checkCredential([...at, 'credentials', i], credential, { use, scheme, plainAllowed });
}

function* checkTargets(file: ConfigFile, show: Show): Generator<LocatedProblem> {
  for (const [alias, model] of Object.entries(file.models)) {
    const at: At = ['models', alias, 'targets'];
    for (const [i, target] of model.targets.entries()) {
      yield* checkProviderName(file, [...at, i, 'provider'], target.provider, show);
      if (target.model !== '*' && target.model.includes('*')) {
        yield problem([...at, i, 'model'], 'holds a "*"', 'only "*" alone stands for the whole asked name');
      }
    }
    const keys = model.targets.map((target) =>
      JSON.stringify([target.provider, target.model, target.dialect]),
    );
    for (const i of repeated(keys)) yield problem([...at, i], 'is the same target as an earlier one');
  }
}

function* checkProviderName(file: ConfigFile, at: At, name: string, show: Show): Generator<LocatedProblem> {
  if (Object.hasOwn(file.providers, name)) return;
  yield problem(
    at,
    `unknown provider ${show(at, name)}`,
    didYouMean(name, Object.keys(file.providers)) ?? 'providers are named under "providers"',
  );
}

const FALLBACKS = ['onContextExceeded', 'onContentFilter'] as const;

type Model = ConfigFile['models'][string];

const exactAliases = (file: ConfigFile): readonly string[] =>
  Object.keys(file.models).filter((alias) => !alias.includes('*'));

const fallbacksOf = (model: Model): readonly string[] => FALLBACKS.flatMap((field) => model[field] ?? []);

function* checkFallbacks(file: ConfigFile, show: Show): Generator<LocatedProblem> {
  const aliases = exactAliases(file);
  for (const [alias, model] of Object.entries(file.models)) {
    for (const field of FALLBACKS) {
      const next = model[field];
      const at: At = ['models', alias, field];
      if (next === undefined) continue;
      if (!aliases.includes(next)) {
        yield problem(at, `unknown alias ${show(at, next)}`, didYouMean(next, aliases));
      } else if (leadsTo(file, next, alias, fallbacksOf)) {
        yield problem(at, `leads back to "${alias}"`, 'a fallback must end somewhere');
      }
    }
  }
}

function* checkRules(file: ConfigFile, show: Show): Generator<LocatedProblem> {
  const aliases = exactAliases(file);
  const links = (model: Model): readonly string[] => (model.rules ?? []).map(({ use }) => use);
  for (const [alias, model] of Object.entries(file.models)) {
    for (const [i, { use }] of (model.rules ?? []).entries()) {
      const at: At = ['models', alias, 'rules', i, 'use'];
      if (!aliases.includes(use))
        yield problem(at, `unknown alias ${show(at, use)}`, didYouMean(use, aliases));
      else if (leadsTo(file, use, alias, links))
        yield problem(at, `leads back to "${alias}"`, 'rules must end somewhere');
    }
  }
}

/** Whether the links of one kind, followed from an alias, come to another. */
function leadsTo(
  file: ConfigFile,
  from: string,
  goal: string,
  linksOf: (model: Model) => readonly string[],
): boolean {
  const open = [from];
  const seen = new Set<string>();
  for (let alias = open.pop(); alias !== undefined; alias = open.pop()) {
    if (alias === goal) return true;
    const model = Object.hasOwn(file.models, alias) ? file.models[alias] : undefined;
    if (seen.has(alias) || !model) continue;
    seen.add(alias);
    open.push(...linksOf(model));
  }
  return false;
}

function* checkPrices(file: ConfigFile, show: Show): Generator<LocatedProblem> {
  const at: At = ['prices', 'overrides'];
  const { overrides } = file.prices;
  for (const [i, price] of overrides.entries()) {
    yield* checkProviderName(file, [...at, i, 'provider'], price.provider, show);
  }
  const keys = overrides.map((price) => JSON.stringify([price.provider, price.model, price.effectiveFrom]));
  for (const i of repeated(keys))
    yield problem([...at, i], 'prices the same model from the same instant as an earlier one');
}

/** What a schema cannot say: names that refer to nothing, fallbacks or rules in a circle, addresses that are missing. */
export const checkReferences = (
  file: ConfigFile,
  definitions: KnownDefinitions,
  show: Show,
): readonly LocatedProblem[] => [
  ...checkProviders(file, definitions, show),
  ...checkTargets(file, show),
  ...checkFallbacks(file, show),
  ...checkRules(file, show),
  ...checkPrices(file, show),
];
