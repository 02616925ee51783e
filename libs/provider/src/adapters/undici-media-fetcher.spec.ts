import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { UndiciMediaFetcher } from './undici-media-fetcher';

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
let server: http.Server;
let origin: string;
const open: UndiciMediaFetcher[] = [];

const fetcher = (options: ConstructorParameters<typeof UndiciMediaFetcher>[0] = {}): UndiciMediaFetcher => {
  const made = new UndiciMediaFetcher({ allowPrivateNetwork: true, ...options });
  open.push(made);
  return made;
};
const redirect = (response: http.ServerResponse, location: string): void => {
  response.writeHead(302, { location });
  response.end();
};
const ROUTES: Readonly<
  Record<string, (response: http.ServerResponse, request: http.IncomingMessage) => void>
> = {
  '/a.png': (response) => response.writeHead(200, { 'content-type': 'image/png' }).end(PNG),
  '/hop': (response) => redirect(response, '/a.png'),
  '/loop': (response) => redirect(response, '/loop'),
  '/file': (response) => redirect(response, 'file:///etc/passwd'),
  '/none': (response) => response.writeHead(404).end('no'),
  '/empty': (response) => response.writeHead(200).end(),
  '/large': (response) => response.writeHead(200).end(Buffer.alloc(5_000)),
  '/silent': () => undefined,
  '/echo': (response, request) => response.writeHead(200).end(JSON.stringify(request.headers)),
};

beforeAll(async () => {
  server = http.createServer((request, response) => ROUTES[request.url ?? '']?.(response, request));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await Promise.all(open.map((each) => each.close()));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it('gives the bytes and the stated type, also behind a redirect', async () => {
  for (const path of ['/a.png', '/hop'])
    expect(await fetcher().fetch(origin + path)).toEqual({ bytes: PNG, contentType: 'image/png' });
});

it('sends no header but its own', async () => {
  const { bytes } = await fetcher().fetch(`${origin}/echo`);
  expect(Object.keys(JSON.parse(bytes.toString('utf8')) as object).sort()).toEqual([
    'accept',
    'accept-encoding',
    'connection',
    'host',
    'user-agent',
  ]);
});

it.each([
  ['/none', /answered 404/],
  ['/empty', /empty/],
  ['/large', /larger than 4 KiB/],
  ['/loop', /redirects too often/],
  ['/file', /redirects to nowhere/],
  ['/silent', /longer than 300 ms/],
])('%s is refused with the URL and the reason', async (path, why) => {
  const failing = fetcher({ mostBytes: 4_096, limitMs: 300 }).fetch(origin + path);
  await expect(failing).rejects.toMatchObject({ reason: 'media_unreachable' });
  await expect(failing).rejects.toThrow(why);
  await expect(failing).rejects.toThrow(origin + path);
});

it('dials no private address, by number, by name or behind a redirect', async () => {
  const guarded = fetcher({ allowPrivateNetwork: false });
  const { port } = server.address() as AddressInfo;
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '169.254.169.254', '0x7f.1'])
    await expect(guarded.fetch(`http://${host}:${port}/a.png`)).rejects.toThrow(/not public/);
});

it('says nothing of a server that cannot be reached', async () => {
  await expect(fetcher().fetch('http://127.0.0.1:1/a.png')).rejects.toThrow(/could not be reached/);
});
