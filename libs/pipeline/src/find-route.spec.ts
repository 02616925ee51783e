import { DIALECTS, createEnvelopeShapes } from '@turnpike/dialects';
import type { Principal } from '@turnpike/identity';
import { GatewayError } from '@turnpike/kernel';
import { compileCatalog, PROVIDERS, type CatalogConfig } from '@turnpike/provider';
import { CallBody } from './call-body';
import { chooseRoute } from './find-route';

const DIALECT = DIALECTS['openai-chat'];
const SHAPE = createEnvelopeShapes([])['openai-chat'];
const at = (provider: string) => ({ provider, model: 'm', weight: 1 });
const provider = { use: 'openai-compatible', baseUrl: 'http://127.0.0.1:9/v1', credentials: [] };
const entry = (targets: readonly string[], more: object = {}) => ({
  strategy: 'priority' as const,
  targets: targets.map(at),
  ...more,
});

const CONFIG: CatalogConfig = {
  providers: new Map([
    ['one', provider],
    ['two', provider],
    ['three', provider],
  ]),
  models: new Map([
    [
      'main',
      entry(['one', 'two', 'two'], {
        rules: [
          { when: { tools: true }, use: 'tools' },
          { when: { header: { 'x-task': 'far' } }, use: 'far' },
        ],
      }),
    ],
    ['tools', entry(['two'], { rules: [{ when: { header: { 'x-task': 'far' } }, use: 'far' }] })],
    ['far', entry(['three'])],
    ['hidden', entry(['three'])],
    ['claude-*', entry(['one'], { rules: [{ when: { model: 'claude-*-haiku' }, use: 'far' }] })],
  ]),
  passthrough: { enabled: true },
};
const CATALOG = compileCatalog(CONFIG, PROVIDERS);

const principal = (allowedModels?: readonly string[]) =>
  ({ keyId: 'k', allowedModels }) as unknown as Principal;

interface Asking {
  readonly model?: string;
  readonly tools?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly allowed?: readonly string[];
}

function choose({ model = 'main', tools = false, headers = {}, allowed }: Asking): string {
  const body = {
    model,
    messages: [{ role: 'user', content: 'hi' }],
    ...(tools ? { tools: [{ type: 'function' }] } : {}),
  };
  const caller = { principal: principal(allowed), clientHeaders: headers, dialect: DIALECT };
  try {
    const asked = new CallBody(Buffer.from(JSON.stringify(body)), DIALECT, SHAPE);
    const { alias, targets } = chooseRoute(CATALOG, caller, asked);
    return `${alias}: ${targets.map((target) => target.provider.name).join(' ')}`;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return `${error.reason} ${error.details.param ?? ''}`;
  }
}

const route = (alias: string) => ({ 'x-turnpike-route': alias });
const only = (name: string) => ({ 'x-turnpike-provider': name });

describe('the route of a request', () => {
  it.each<[string, Asking, string]>([
    ['no rule holds', {}, 'main: one two two'],
    ['a rule holds', { tools: true }, 'tools: two'],
    ['rules of the alias that a rule names', { tools: true, headers: { 'x-task': 'far' } }, 'far: three'],
    ['a pattern has rules', { model: 'claude-3-haiku' }, 'far: three'],
    ['a pattern whose rules do not hold', { model: 'claude-x' }, 'claude-*: one'],
    ['a rule leads where the key may not go by itself', { tools: true, allowed: ['main'] }, 'tools: two'],
    ['the key may not use it', { model: 'hidden', allowed: ['main'] }, 'model_not_allowed model'],
    ['unknown', { model: 'nobody' }, 'model_unknown model'],
  ])('%s', (_, asking, expected) => expect(choose(asking)).toBe(expected));
});

describe('what a caller states', () => {
  it.each<[string, Asking, string]>([
    ['an alias', { headers: route('far') }, 'far: three'],
    ['an alias, whatever its rules say', { tools: true, headers: route('main') }, 'main: one two two'],
    [
      'an alias that the key may use, in place of one it may not',
      { model: 'hidden', allowed: ['far'], headers: route('far') },
      'far: three',
    ],
    [
      'an alias that the key may not use',
      { allowed: ['main'], headers: route('far') },
      'model_not_allowed x-turnpike-route',
    ],
    ['an unknown alias', { headers: route('nobody') }, 'model_unknown x-turnpike-route'],
    ['a model of a provider', { headers: route('one/gpt') }, 'one/gpt: one'],
    ['nothing', { headers: route(' ') }, 'main: one two two'],
    [
      'a key in place of an alias',
      { headers: route(`tpk_${'a'.repeat(38)}`) },
      'invalid_request x-turnpike-route',
    ],
    ['a provider', { headers: only('two') }, 'main: two two'],
    [
      'a provider that is not on the route',
      { headers: only('three') },
      'invalid_request x-turnpike-provider',
    ],
    [
      'a provider that the rules lead away from',
      { tools: true, headers: only('one') },
      'invalid_request x-turnpike-provider',
    ],
    ['both', { headers: { ...route('far'), ...only('three') } }, 'far: three'],
    ['nothing of a provider', { headers: only('') }, 'main: one two two'],
  ])('%s', (_, asking, expected) => expect(choose(asking)).toBe(expected));

  it('learns the providers of the route, and no others', () => {
    const caller = { principal: principal(), clientHeaders: only('four'), dialect: DIALECT };
    const asked = new CallBody(
      Buffer.from('{"model":"main","messages":[{"role":"user","content":"hi"}]}'),
      DIALECT,
      SHAPE,
    );
    expect(() => chooseRoute(CATALOG, caller, asked)).toThrow('Its providers: one, two.');
  });
});
