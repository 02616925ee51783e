import { PROVIDERS, PROVIDER_IDS, findProvider } from './registry';
import { UPSTREAM_DIALECT_IDS } from '@turnpike/protocol';
import type { ProviderDefinition } from './domain/definition';
import { fillPaths, fillTemplate } from './domain/operation-paths';

const definitions: readonly (readonly [string, ProviderDefinition])[] = Object.entries(PROVIDERS);

const MEMBERS = new Set([
  'id',
  'title',
  'dialect',
  'baseUrl',
  'baseUrlAt',
  'baseUrlTail',
  'settings',
  'deployments',
  'paths',
  'pathVariants',
  'operations',
  'wires',
  'headerWords',
  'auth',
  'headers',
  'forwardHeaders',
  'vendor',
  'countTokens',
  'countMembers',
  'storesResponses',
  'quirks',
  'quota',
  'capabilities',
  'models',
  'failures',
  'rateScope',
  'clockZone',
  'priceProvider',
  'privateNetwork',
  'keyless',
  'source',
]);

/** Ids of the price catalogue that definitions may name. */
/** Dialects whose SDKs take an address without a version. */
const VERSIONED_BY_US: ReadonlySet<string> = new Set(['anthropic-messages', 'gemini-generate']);
const PRICE_PROVIDERS = new Set([
  'google',
  'azure',
  'aws',
  'anthropic',
  'cerebras',
  'deepseek',
  'fireworks',
  'groq',
  'minimax',
  'mistral',
  'moonshotai',
  'openai',
  'openrouter',
  'together',
  'x-ai',
  'zai',
  'zhipuai',
]);

const OPEN_ENDED = new Set([
  'azure-openai',
  'openai-compatible',
  'anthropic-compatible',
  'gemini-compatible',
]);
const SETTINGS = { region: 'eu-west-1', project: 'p1', location: 'europe-west4', apiVersion: 'v1' };
const NEVER_FORWARDED =
  /^(?:authorization|cookie|host|x-api-key|api-key|content-.*|transfer-encoding|connection|x-turnpike-.*|idempotency-key|x-forwarded-.*)$/;

describe.each(definitions)('provider %s', (id, definition) => {
  it('is named by its key and holds known members alone', () => {
    expect(definition.id).toBe(id);
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(Object.keys(definition).filter((member) => !MEMBERS.has(member))).toEqual([]);
    expect(definition.title.length).toBeGreaterThan(1);
    expect(UPSTREAM_DIALECT_IDS).toContain(definition.dialect);
  });

  it('has a base URL as the SDK of the vendor takes it', () => {
    if (OPEN_ENDED.has(id)) return expect(definition.baseUrl).toBeUndefined();
    const url = new URL(fillTemplate(definition.baseUrl ?? '', SETTINGS));
    for (const at of Object.values(definition.baseUrlAt ?? {})) expect(new URL(at).protocol).toBe('https:');
    expect(url.protocol).toBe(definition.privateNetwork ? 'http:' : 'https:');
    expect(url.href.endsWith('/') && url.pathname !== '/').toBe(false);
    expect(url.search + url.hash + url.username).toBe('');
    const ownPaths = definition.paths !== undefined || definition.pathVariants !== undefined;
    expect(url.pathname === '/').toBe(ownPaths || VERSIONED_BY_US.has(definition.dialect));
  });

  it('has a path to generate on, of settings that it asks for', () => {
    const { dialect, settings: known = {} } = definition;
    const settings = Object.fromEntries(
      Object.entries(SETTINGS).filter(([name]) => Object.hasOwn(known, name)),
    );
    const paths = fillPaths(definition, { dialect, model: 'a/../b:c?d', basePath: '', settings });
    for (const path of Object.values(paths).flatMap(({ whole, stream }) => [whole, stream])) {
      expect(new URL(path, 'https://h').href).toBe(`https://h${path}`);
      expect(path.split('?')).toHaveLength(path.includes('?') ? 2 : 1);
    }
    expect(paths.generate?.stream).toMatch(/^\//);
    if (definition.countTokens) expect(paths['count-tokens']?.whole).toMatch(/^\//);
  });

  it('names its source', () => expect(new URL(definition.source).protocol).toBe('https:'));

  it('forwards only headers of its own dialect, in lower case', () => {
    const forwarded = definition.forwardHeaders ?? [];
    expect(forwarded.filter((name) => name !== name.toLowerCase() || NEVER_FORWARDED.test(name))).toEqual([]);
    expect(new Set(forwarded).size).toBe(forwarded.length);
    const foreign = definition.dialect === 'openai-chat' ? /^anthropic-/ : /^openai-/;
    expect(
      [...forwarded, ...Object.keys(definition.headers ?? {})].filter((name) => foreign.test(name)),
    ).toEqual([]);
    if (definition.auth.kind === 'header')
      expect(definition.auth.name).toBe(definition.auth.name.toLowerCase());
  });

  it('has failure rows that can fit', () => {
    for (const rule of definition.failures ?? []) {
      expect(rule.status ?? rule.code ?? rule.phrase).toBeDefined();
      expect((rule.code ?? []).filter((code) => code !== code.toLowerCase())).toEqual([]);
      expect(rule.phrase?.global ?? false).toBe(false);
    }
    const zones = [definition.clockZone, ...(definition.failures ?? []).map((rule) => rule.midnight)];
    for (const zone of zones)
      if (zone) expect(() => new Intl.DateTimeFormat('en', { timeZone: zone })).not.toThrow();
  });

  it('is priced where the catalogue knows it', () => {
    if (definition.priceProvider !== undefined) expect(PRICE_PROVIDERS).toContain(definition.priceProvider);
  });

  it('states sane figures per model', () => {
    for (const facts of [definition.capabilities ?? {}, ...Object.values(definition.models ?? {})]) {
      for (const figure of [facts.contextWindow, facts.maxOutputTokens]) {
        if (figure !== undefined) expect(Number.isInteger(figure) && figure >= 1_024).toBe(true);
      }
      if (facts.contextWindow && facts.maxOutputTokens)
        expect(facts.maxOutputTokens).toBeLessThanOrEqual(facts.contextWindow);
    }
  });
});

describe('registry', () => {
  it('finds by id and nothing else', () => {
    expect(findProvider('openai')).toBe(PROVIDERS.openai);
    expect(findProvider('constructor')).toBeUndefined();
    expect(findProvider('OpenAI')).toBeUndefined();
    expect(PROVIDER_IDS).toHaveLength(31);
  });

  it('sends the version that Anthropic asks for', () => {
    expect(PROVIDERS.anthropic.headers).toEqual({ 'anthropic-version': '2023-06-01' });
  });

  it('expects private addresses of local servers alone', () => {
    const local = definitions.filter(([, definition]) => definition.privateNetwork).map(([id]) => id);
    expect(local).toEqual(['ollama', 'vllm', 'lmstudio']);
  });
});
