import { connect } from 'node:net';
import { CachedAuthenticator, createKeyDigest, KeyStore, mintKey } from '@turnpike/identity';
import { GatewayError, seededRandom } from '@turnpike/kernel';
import { Client } from 'pg';
import {
  chat,
  configOf,
  openProvider,
  openStage,
  PEPPER,
  providerAt,
  type Provider,
  type Stage,
} from './stage';

jest.setTimeout(60_000);

let stage: Stage;
let one: Provider;
beforeAll(async () => {
  one = await openProvider();
  stage = await openStage(
    configOf({ one: providerAt('openai-compatible', one, 'sk-one-1111111111') }, { chat: ['one/m1'] }),
  );
});
afterAll(async () => {
  await stage.close();
  await one.close();
});
beforeEach(() => {
  one.heard.length = 0;
  stage.statements.length = 0;
});

/** `TURNPIKE_MALFORMED_KEYS=1000000` runs the whole figure. */
const KEYS = Number(process.env['TURNPIKE_MALFORMED_KEYS'] ?? 50_000);

it('asks no store about a malformed key', () => {
  let calls = 0;
  class Counting extends KeyStore {
    findByDigest(): Promise<undefined> {
      calls++;
      return Promise.resolve(undefined);
    }
  }
  const store = new Counting();
  const authenticator = new CachedAuthenticator({
    store,
    digest: createKeyDigest(PEPPER),
    accepts: ['developer'],
  });
  const random = seededRandom(7);
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_ \u0000é';
  const good = mintKey('developer');
  let refused = 0;
  for (let n = 0; n < KEYS; n++) {
    const at = 4 + Math.floor(random() * (good.length - 4));
    const other = alphabet.charAt(Math.floor(random() * alphabet.length));
    const changed = good.slice(0, at) + other + good.slice(at + (n % 3 === 0 ? 0 : 1));
    const made =
      n % 2 === 0
        ? changed
        : `tpk_${Array.from({ length: 38 }, () => alphabet.charAt(Math.floor(random() * 62))).join('')}`;
    if (made === good) continue;
    try {
      void authenticator.authenticate(made, 0);
    } catch (error) {
      if (error instanceof GatewayError && error.reason === 'malformed_key') refused++;
    }
  }
  expect(calls).toBe(0);
  expect(refused).toBeGreaterThan(KEYS * 0.98);
});

const INJECTIONS = [
  "' OR '1'='1",
  "'; DROP TABLE virtual_key; --",
  '" OR ""="',
  '1 UNION SELECT digest FROM virtual_key',
  "\\'; SELECT pg_sleep(9); --",
  '${jndi:ldap://127.0.0.1/a}',
  '{{7*7}}',
  '<%= 7*7 %>',
  '$(id)',
  '`id`',
  '| id',
  '%00',
  '%0d%0aset-cookie:%20a=1',
  '../../../../etc/passwd',
  '..%2f..%2f',
  '%c0%ae%c0%ae/',
  '{"$gt":""}',
  '[object Object]',
  '__proto__',
  'constructor',
  'NaN',
  '-1',
  '1e999',
  'null',
  'undefined',
  '%',
  '\\',
  '*',
  'A'.repeat(4_000),
  '<script>alert(1)</script>',
  '%F0%9F%98%80',
  '%ED%A0%80',
  "tpk_' OR 1=1 --",
  'tpk_',
  'tpa_x',
  'Bearer',
  'Basic YTpi',
];

const HEADERS = [
  'authorization',
  'x-api-key',
  'x-goog-api-key',
  'x-request-id',
  'x-turnpike-project',
  'x-turnpike-tags',
  'x-turnpike-session',
  'anthropic-version',
  'anthropic-beta',
  'user-agent',
  'content-type',
  'accept',
  'cookie',
  'idempotency-key',
  'content-encoding',
  'traceparent',
  'host-override',
];

it('answers no injection with more than a 4xx and asks no store about one', async () => {
  await stage.ask();
  stage.statements.length = 0;
  for (const text of INJECTIONS) {
    for (const name of HEADERS) {
      const headers = { [name]: text };
      const key = name === 'authorization' ? null : stage.keys.developer;
      const { status } = await stage.ask({ headers, key });
      expect([name, text.slice(0, 30), status < 500]).toEqual([name, text.slice(0, 30), true]);
    }
    const encoded = encodeURIComponent(text);
    for (const at of [
      `?key=${encoded}`,
      `?${encoded}=1`,
      `?key[]=${encoded}&key=${encoded}`,
      `?key=${text.replaceAll(/[^!-~]|[#]/g, '')}`,
    ])
      expect([at, (await stage.ask({ path: `/v1/chat/completions${at}`, key: null })).status]).toEqual([
        at,
        401,
      ]);
    for (const at of [
      `/p/${encoded}/v1/chat/completions`,
      `/v1/models/${encoded}`,
      `/v1/requests/${encoded}`,
      `/${encoded}`,
    ]) {
      const { status } = await stage.ask({ path: at, method: at.includes('/p/') ? 'POST' : 'GET' });
      expect([at.slice(0, 60), status >= 200 && status < 500]).toEqual([at.slice(0, 60), true]);
    }
  }
  const asked = new Set(stage.statements.map((statement) => /FROM ("?\w+"?)/i.exec(statement)?.[1]));
  expect([...asked].filter((table) => table === 'virtual_key')).toEqual([]);
});

/** Sends bytes as they are; what came back until the server closed or fell silent. */
function raw(bytes: string, quietMs = 250): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(stage.port, '127.0.0.1');
    let heard = '';
    const done = (): void => {
      socket.destroy();
      resolve(heard);
    };
    let timer = setTimeout(done, quietMs);
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      clearTimeout(timer);
      timer = setTimeout(done, quietMs);
    });
    socket.on('error', () => undefined);
    socket.on('close', done);
    socket.write(Buffer.from(bytes, 'latin1'));
  });
}

const BODY = JSON.stringify(chat());
const head = (lines: readonly string[]): string =>
  [
    'POST /v1/chat/completions HTTP/1.1',
    'host: x',
    `authorization: Bearer ${stage.keys.developer}`,
    'content-type: application/json',
    ...lines,
    '',
    '',
  ].join('\r\n');
const sized = `content-length: ${BODY.length}`;
const smuggled = 'GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n';
const chunked = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;

describe('raw sockets', () => {
  it.each([
    ['CL and TE', () => head([sized, 'transfer-encoding: chunked']) + chunked + smuggled],
    ['TE and CL', () => head(['transfer-encoding: chunked', 'content-length: 4']) + chunked + smuggled],
    ['two lengths', () => head([sized, 'content-length: 0']) + BODY + smuggled],
    ['two equal lengths', () => head([sized, sized]) + BODY],
    ['a list of lengths', () => head([`content-length: ${BODY.length}, ${BODY.length}`]) + BODY],
    ['a signed length', () => head([`content-length: +${BODY.length}`]) + BODY],
    ['a negative length', () => head(['content-length: -1']) + BODY],
    ['a hexadecimal length', () => head(['content-length: 0x10']) + BODY],
    ['a space before the colon', () => head([`content-length : ${BODY.length}`]) + BODY],
    ['an unknown coding', () => head(['transfer-encoding: xchunked']) + chunked],
    ['chunked twice', () => head(['transfer-encoding: chunked, chunked']) + chunked],
    ['identity behind chunked', () => head(['transfer-encoding: chunked, identity']) + chunked],
    ['obs-fold', () => head([sized, 'x-a: 1', ' transfer-encoding: chunked']) + BODY],
    ['a bare CR in a value', () => head([sized, 'x-a: 1\rtransfer-encoding: chunked']) + BODY],
    ['a bare LF in a value', () => head([sized, 'x-a: 1\nx-b: 2']) + BODY],
    ['NUL in a value', () => head([sized, 'x-a: 1\u00002']) + BODY],
    ['a bad chunk size', () => `${head(['transfer-encoding: chunked'])}zz\r\n${BODY}\r\n0\r\n\r\n`],
    [
      'a chunk size beyond all numbers',
      () => `${head(['transfer-encoding: chunked'])}${'f'.repeat(20)}\r\n${BODY}`,
    ],
    ['an empty header name', () => head([sized, ': x']) + BODY],
    ['a bad version', () => head([sized]).replace('HTTP/1.1', 'HTTP/9.9') + BODY],
    ['large headers', () => head([sized, `x-a: ${'a'.repeat(70_000)}`]) + BODY],
  ])('gives %s no second meaning', async (_, bytes) => {
    const heard = await raw(bytes());
    const statuses = [...heard.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
    expect(statuses.length).toBeLessThanOrEqual(1);
    expect(statuses.every((status) => status === 200 || (status >= 400 && status < 500))).toBe(true);
    if (statuses[0] === 200) expect(one.heard).toHaveLength(1);
    else expect(one.heard).toHaveLength(0);
    expect(heard).not.toContain(stage.keys.developer);
  });

  it('hands on neither hop-by-hop headers nor those that Connection names', async () => {
    const hops = [
      'connection: keep-alive, x-hop, authorization, content-length',
      'x-hop: 1',
      'keep-alive: timeout=1',
      'te: trailers',
      'trailer: x-t',
      'proxy-connection: x',
      'proxy-authorization: Basic x',
      'upgrade: h2c',
      'http2-settings: x',
      'x-forwarded-for: 1.2.3.4',
      'forwarded: for=1.2.3.4',
    ];
    const heard = await raw(head([sized, ...hops]) + BODY);
    expect(heard).toContain(' 200 ');
    const names = one.heard.flatMap(({ headers }) => Object.keys(headers)).sort();
    expect(names).toEqual([
      'accept',
      'accept-encoding',
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
    ]);
    expect(one.heard[0]?.headers.connection).toBe('keep-alive');
  });
});

it('shares nothing with other origins by default', async () => {
  const { headers } = await stage.ask({ headers: { origin: 'https://evil.example' } });
  const preflight = await stage.ask({
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    key: null,
  });
  for (const answer of [headers, preflight.headers])
    expect([...answer.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
});

it('says 503 and nothing of its insides while the database is away', async () => {
  const url = new URL(stage.databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const gatekeeper = new Client({ connectionString: url.href });
  await gatekeeper.connect();
  await stage.ask();
  const insides = /postgres|ECONN|5432|prisma|select|virtual_key|terminat|node_modules/i;
  try {
    await gatekeeper.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS false`);
    await gatekeeper.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
      name,
    ]);
    expect((await stage.ask()).status).toBe(200);
    for (const [path, method, key] of [
      ['/v1/chat/completions', 'POST', mintKey('developer')],
      ['/v1/messages', 'POST', mintKey('developer')],
      ['/v1/models', 'GET', mintKey('developer')],
      ['/v1/requests/some-id', 'GET', stage.keys.developer],
      ['/p/other/v1/chat/completions', 'POST', stage.keys.developer],
    ] as const) {
      const { status, text } = await stage.ask({ path, method, key });
      expect([path, status]).toEqual([path, path === '/v1/messages' ? 529 : 503]);
      expect(text).toContain('store_unavailable');
      expect(text).not.toMatch(insides);
    }
  } finally {
    await gatekeeper.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS true`);
    await gatekeeper.end();
  }
});
