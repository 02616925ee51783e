import net from 'node:net';
import { compileProvider } from '@turnpike/provider/domain/compile-provider';
import { Secret } from '@turnpike/kernel';
import { PROVIDERS, type TransportFailure } from '@turnpike/provider';
import { UndiciUpstream } from '@turnpike/provider/adapters/undici-upstream';
import { openCanary } from './stage';

jest.setTimeout(60_000);

let canary: Awaited<ReturnType<typeof openCanary>>;
const upstream = new UndiciUpstream();
const dialled: string[] = [];
const connect = net.connect;

beforeAll(async () => {
  canary = await openCanary();
});
afterAll(async () => {
  await upstream.close();
  await canary.close();
});

type Outcome = { readonly failure?: TransportFailure; readonly status?: number };

/** What becomes of a call to an address as the configuration takes it; undefined: no URL at all. */
function call(baseUrl: string, allowPrivateNetwork: boolean): Promise<Outcome> | undefined {
  const definition = PROVIDERS['openai-compatible'];
  if (!definition || !URL.canParse(baseUrl)) return undefined;
  const entry = {
    use: 'openai-compatible',
    baseUrl,
    allowPrivateNetwork,
    credentials: [{ name: 'a', apiKey: new Secret('sk-ssrf') }],
    timeouts: { connectMs: 400, firstByteMs: 400, idleMs: 400, totalMs: 800 },
  };
  const provider = compileProvider('p', entry, definition);
  return new Promise((resolve) => {
    const request = {
      credentialId: 'p/a',
      method: 'POST',
      path: '/x',
      headers: [] as string[],
      body: Buffer.from('{}'),
      deadlineMs: 800,
    } as const;
    upstream.dispatch(
      { ...request, provider },
      {
        onHead: (status) => resolve({ status }),
        onChunk: () => undefined,
        onEnd: () => undefined,
        onError: (failure) => resolve({ failure }),
      },
    );
  });
}

const LOOPBACK = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '127.255.255.254',
  '127.0.0.1.',
  '2130706433',
  '017700000001',
  '0177.0.0.1',
  '0177.0.0.01',
  '0x7f.0.0.1',
  '0x7f000001',
  '0x7F.1',
  '0x7f.0x0.0x0.0x1',
  '127.0.0.0x1',
  '127.000.000.001',
  '%31%32%37.0.0.1',
  '１２７.0.0.1',
  '127。0。0。1',
  '①②⑦.0.0.1',
  'localhost',
  'LOCALHOST',
  'localhost.',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[0000::0001]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:127.0.0.1]',
  '[::127.0.0.1]',
  '[::7f00:1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[::ffff:0:127.0.0.1]',
  '[::ffff:0:7f00:1]',
  'user@127.0.0.1',
  'example.com@127.0.0.1',
  'example.com:80@127.0.0.1',
  'localhost%2e',
];

const NEVER = [
  '0.0.0.0',
  '0',
  '0.1',
  '0x0',
  '00',
  '000.000.000.000',
  '0.255.255.255',
  '169.254.169.254',
  '169.254.0.1',
  '169.254.43518',
  '2852039166',
  '0xa9fea9fe',
  '0xa9.0xfe.0xa9.0xfe',
  '0251.0376.0251.0376',
  '025177524776',
  '169.254.170.2',
  '192.0.0.192',
  '192.0.0.1',
  '192.0.2.1',
  '198.51.100.1',
  '203.0.113.1',
  '192.88.99.1',
  '192.31.196.1',
  '192.52.193.1',
  '192.175.48.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '4294967295',
  '100.100.100.200',
  '168.63.129.16',
  '[::]',
  '[0::0]',
  '[::0.0.0.0]',
  '[::ffff:0.0.0.0]',
  '[::ffff:0:0]',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[::169.254.169.254]',
  '[::a9fe:a9fe]',
  '[64:ff9b::169.254.169.254]',
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b::1]',
  '[64:ff9b::]',
  '[64:ff9b:1::1]',
  '[64:ff9b:1::a9fe:a9fe]',
  '[100::1]',
  '[100:0:0:1::1]',
  '[2001::1]',
  '[2001:0:a9fe:a9fe::1]',
  '[2001:db8::1]',
  '[2001:10::1]',
  '[2001:20::1]',
  '[2002:7f00:1::]',
  '[2002:a9fe:a9fe::1]',
  '[2002:c0a8:101::1]',
  '[3fff::1]',
  '[5f00::1]',
  '[fec0::1]',
  '[fe80::1]',
  '[fe80::5efe:7f00:1]',
  '[febf::1]',
  '[ff02::1]',
  '[ff0e::1]',
  '[fd00:ec2::254]',
  '[fd20:ce::254]',
  '[::2]',
  '[::5efe:127.0.0.1]',
  '[::1:0:0:1]',
  '[1::1]',
  '[4000::1]',
  '[8000::1]',
  '[2620:4f:8000::1]',
  '[::ffff:255.255.255.255]',
  '[::ffff:224.0.0.1]',
  '[::ffff:100.100.100.200]',
  '[::ffff:0:169.254.169.254]',
  '[::ffff:0:a9fe:a9fe]',
];

const PRIVATE = [
  '10.0.0.1',
  '10.255.255.255',
  '10.1',
  '0xa.1',
  '012.0.0.1',
  '167772161',
  '172.16.0.1',
  '172.31.255.255',
  '172.20.1',
  '192.168.0.1',
  '192.168.1',
  '0xc0a80001',
  '3232235521',
  '100.64.0.1',
  '100.127.255.254',
  '198.18.0.1',
  '198.19.255.255',
  '[fc00::1]',
  '[fd00::1]',
  '[fdff:ffff::1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:192.168.0.1]',
  '[::ffff:172.16.0.1]',
  '[::ffff:100.64.0.1]',
  '[64:ff9b::10.0.0.1]',
  '[64:ff9b::c0a8:1]',
  '[::10.0.0.1]',
  '[::ffff:0:10.0.0.1]',
];

const urlsOf = (hosts: readonly string[]): string[] =>
  hosts.flatMap((host) => [`http://${host}:${canary.port}`, `HTTP://${host}:${canary.port}/v1`]);

async function expectDenied(hosts: readonly string[], allowPrivateNetwork: boolean): Promise<number> {
  let cases = 0;
  for (const url of urlsOf(hosts)) {
    cases++;
    const outcome = await call(url, allowPrivateNetwork);
    if (outcome === undefined) continue;
    // A host that is no address and is not found never opened a socket either.
    expect([
      url,
      ['address_denied', 'dns_error'].includes(outcome.failure?.reason ?? `status ${outcome.status}`),
    ]).toEqual([url, true]);
  }
  return cases;
}

it('dials no denied address, however it is written', async () => {
  const sockets = jest.spyOn(net, 'connect').mockImplementation(((
    options: net.NetConnectOpts,
    listener?: () => void,
  ) => {
    dialled.push(JSON.stringify(options));
    return connect(options, listener);
  }) as typeof net.connect);
  try {
    let cases = await expectDenied([...LOOPBACK, ...PRIVATE, ...NEVER], false);
    cases += await expectDenied(NEVER, true);
    expect(cases).toBeGreaterThan(400);
    expect(canary.hits()).toBe(0);
    // Names are given to a socket with a lookup that checks; literal addresses never get that far.
    const literal = dialled.filter((options) => /"host":"[\d.:[\]a-f]+"/.test(options));
    expect(literal).toEqual([]);
    expect(dialled.some((options) => options.includes('localhost'))).toBe(true);
  } finally {
    sockets.mockRestore();
  }
});

it('reaches loopback where the configuration allows it', async () => {
  const before = canary.hits();
  await call(`http://127.0.0.1:${canary.port}`, true);
  expect(canary.hits()).toBe(before + 1);
});
