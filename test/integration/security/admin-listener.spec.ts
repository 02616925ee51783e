import { connect } from 'node:net';
import { openAdmin, type Admin } from '../admin-api/admin-harness';

let admin: Admin;
beforeAll(async () => {
  admin = await openAdmin();
});
afterAll(() => admin.close());

/** Status of a request written byte by byte; 0: the server just closed. */
function statusOf(line: string, headers: readonly string[]): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(admin.url).port), '127.0.0.1');
    let heard = '';
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ status: Number(/HTTP\/1\.1 (\d{3})/.exec(heard)?.[1] ?? 0), text: heard });
    };
    const timer = setTimeout(done, 2_000);
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', done);
    socket.write(`${line} HTTP/1.1\r\n${[...headers, 'connection: close', '', ''].join('\r\n')}`);
  });
}

const PATHS = [
  '/api/v1/keys',
  '/API/V1/KEYS',
  '/api/v1/Keys',
  '/api/v1/keys/',
  '/api/v1//keys',
  '//api/v1/keys',
  '/api/v1/./keys',
  '/api/v1/x/../keys',
  '/docs/../api/v1/keys',
  '/docs/..%2fapi/v1/keys',
  '/docs/%2e%2e/api/v1/keys',
  '/api/v1/%6b%65ys',
  '/api%2fv1%2fkeys',
  '/api/v1/keys%20',
  '/api/v1/keys%00',
  '/api/v1/keys%2f',
  '/api/v1/keys;a=b',
  '/api/v1/keys.json',
  '/api/v1/keys?x=/docs',
  '/api/v1/keys#/docs',
  '/api/v1/keys%3fx',
  '/api/v1/keys\\',
  '\\api\\v1\\keys',
  '/docs/json/../../api/v1/keys',
  '/%61pi/v1/keys',
  '/api/v1/keys%252f',
  '/api/v1/%c0%ae/keys',
  '/.//api/v1/keys',
  '/api/v1/keys/..',
  '/api/v1/keys/%2e',
  'http://evil/api/v1/keys',
  'http://localhost/docs/../api/v1/keys',
  '*',
  '/api/ｖ1/keys',
  '/docs?/../api/v1/keys',
  '/docs/json?x=/api/v1/keys',
  '/docs/api/v1/keys',
  '/../../etc/passwd',
  '/docs/..%5c..%5capi',
  '/docs/swagger-ui.css/../../package.json',
  '/docs/%2e%2e%2fpackage.json',
];
const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'get',
  'QUERY',
];
const HOSTS = ['x', 'localhost', '127.0.0.1', 'docs', '', 'evil.example:80', '[::1]'];

it('says the same to a stranger whatever the method, path and host are', async () => {
  let cases = 0;
  for (const path of PATHS) {
    for (const [n, method] of METHODS.entries()) {
      const host = HOSTS[(cases + n) % HOSTS.length] ?? '';
      const { status, text } = await statusOf(`${method} ${path}`, [`host: ${host}`]);
      cases++;
      const isDescription = /^\/docs(\/json)?\?/.test(path) && /^(GET|HEAD)$/.test(method);
      const allowed = isDescription ? [200] : [0, 400, 401, 404, 405];
      expect([method, path, host, allowed.includes(status) ? 'refused' : status]).toEqual([
        method,
        path,
        host,
        'refused',
      ]);
      if (!isDescription) expect(text).not.toMatch(/"items"|root:|"last4"/);
    }
  }
  expect(cases).toBeGreaterThan(400);
});

it('says the same to a key that may not, whatever the path is', async () => {
  for (const key of [admin.keys.developer, admin.keys.finance]) {
    for (const path of PATHS) {
      const { status, text } = await statusOf(`GET ${path}`, ['host: x', `authorization: Bearer ${key}`]);
      const isDescription = /^\/docs(\/json)?\?/.test(path);
      expect([path, isDescription || status !== 200]).toEqual([path, true]);
      if (!isDescription) expect(text).not.toContain('"items"');
    }
  }
});
