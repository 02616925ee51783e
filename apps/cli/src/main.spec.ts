import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseKey } from '@turnpike/identity';
import { parse } from 'yaml';
import { main } from './main';

const folder = mkdtempSync(path.join(tmpdir(), 'turnpike-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function turnpike(args: readonly string[], env: Record<string, string> = {}) {
  const said = { out: '', err: '' };
  const out = (text: string): string => (said.out += text);
  const err = (text: string): string => (said.err += text);
  const code = await main(args, { env, cwd: folder, out, err });
  return { code, ...said };
}

const CONFIG = `
providers:
  local: { use: openai-compatible, baseUrl: 'http://127.0.0.1:9/v1', allowPrivateNetwork: true,
           credentials: [{ name: a, apiKey: '\${UPSTREAM_KEY}' }] }
models:
  fast: { targets: [{ provider: local, model: m }] }
`;
writeFileSync(path.join(folder, 'turnpike.yaml'), CONFIG);
writeFileSync(path.join(folder, 'wrong.yaml'), 'providerz: {}\n');
const env = { UPSTREAM_KEY: 'upstream-secret-value' };

describe('keys generate', () => {
  it.each([
    [[], 'developer'],
    [['developer'], 'developer'],
    [['admin'], 'admin'],
    [['finance'], 'finance'],
  ])('%j prints a %s key alone', async (words, kind) => {
    const { code, out, err } = await turnpike(['keys', 'generate', ...words]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^tp[kaf]_[0-9A-Za-z]{38}\n$/);
    expect(parseKey(out.trim())?.kind).toBe(kind);
  });
});

it.each([
  [['frobnicate'], 'there is no "frobnicate"; see turnpike --help'],
  [['toString'], 'there is no "toString"'],
  [['keys'], '"keys" takes one of generate, create, list, revoke'],
  [['keys', 'eat'], '"keys" takes one of generate, create, list, revoke, not "eat"'],
  [['config', '__proto__'], '"config" takes one of'],
  [['keys', 'generate', 'root'], 'one of developer, admin, finance'],
  [['keys', 'generate', '--long'], "Unknown option '--long'"],
  [['keys', 'create'], 'needs --owner'],
  [['keys', 'create', '--owner'], "Option '--owner"],
  [['keys', 'create', '--owner', 'a', '--label', 'x', 'y'], 'does not take "y"'],
  [['keys', 'revoke'], 'needs the id of a key'],
  [['migrate', 'now'], 'takes nothing else'],
])('%j is a usage error of one line', async (args, sentence) => {
  const { code, out, err } = await turnpike(args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(sentence);
  expect(err).toMatch(/^turnpike: .*\n$/);
});

it.each([
  [['migrate'], {}, 'DATABASE_URL: is not set'],
  [['keys', 'list'], {}, 'No key: set TURNPIKE_API_KEY'],
  [
    ['keys', 'list'],
    { TURNPIKE_API_KEY: 'tpa_x', TURNPIKE_ADMIN_URL: 'http://127.0.0.1:9' },
    'cannot be reached',
  ],
  [['config', 'validate', 'nowhere.yaml'], {}, 'There is no configuration file'],
  [['config', 'validate', 'wrong.yaml'], {}, 'providers'],
  [['config', 'validate'], {}, 'UPSTREAM_KEY'],
])('%j with %j fails in a sentence', async (args, variables, sentence) => {
  const { code, out, err } = await turnpike(args, variables);
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain(sentence);
  expect(err).not.toMatch(/^\s+at /m);
});

describe('config', () => {
  it.each([[['config', 'validate']], [['config', 'validate', 'turnpike.yaml']]])(
    '%j accepts',
    async (args) => {
      expect(await turnpike(args, env)).toEqual({
        code: 0,
        err: '',
        out: 'turnpike.yaml is valid: 1 providers, 1 models.\n',
      });
    },
  );

  it('print fills in defaults and hides secrets', async () => {
    const { code, out } = await turnpike(['config', 'print'], env);
    expect([code, out.includes('upstream-secret-value')]).toEqual([0, false]);
    expect(parse(out)).toMatchObject({
      providers: { local: { credentials: [{ name: 'a', apiKey: '[secret]' }] } },
      unpriced: 'refuse',
    });
  });

  it('schema is a JSON Schema', async () => {
    const { code, out } = await turnpike(['config', 'schema']);
    expect([code, JSON.parse(out)]).toMatchObject([0, { type: 'object', properties: { providers: {} } }]);
  });
});

describe('help', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']]])('%j lists the verbs', async (args) => {
    const { code, out } = await turnpike(args);
    expect(code).toBe(0);
    for (const verb of [
      'standalone',
      'gateway',
      'admin',
      'worker',
      'migrate',
      'keys revoke',
      'config print',
    ]) {
      expect(out).toContain(`turnpike ${verb}`);
    }
  });

  it('explains one verb', async () => {
    const { code, out } = await turnpike(['keys', 'create', '--help']);
    expect([code, out]).toEqual([0, expect.stringContaining('--owner EMAIL|SLUG|ID')]);
  });

  it('tells the version', async () => {
    const { out } = await turnpike(['--version']);
    expect(out).toMatch(/^turnpike \d+\.\d+\.\d+\n$/);
  });
});
