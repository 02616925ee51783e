import { PassThrough } from 'node:stream';
import type { ServerResponse } from 'node:http';
import { GatewayError } from '@turnpike/kernel';
import { createGatewayServer } from '../gateway-server';
import { registerDataPlane, type DataPlane } from './data-plane';
import { RawReply } from './raw-reply';

/** What is counted of requests that nobody has a key for. */
async function counted(
  ...requests: readonly (readonly ['GET' | 'POST' | 'HEAD', string])[]
): Promise<string[]> {
  const seen: string[] = [];
  const server = createGatewayServer();
  const plane = {
    authenticator: {
      authenticate: () => {
        throw new GatewayError('missing_key', 'There is no key.');
      },
    },
    deps: { observer: { defect: () => undefined } },
    clock: () => 0,
    countAnswer: (route: string, status: number) => seen.push(`${route} ${status}`),
  };
  await registerDataPlane(server, plane as unknown as DataPlane);
  for (const [method, url] of requests) await server.inject({ method, url });
  await server.close();
  return seen;
}

it('counts what is answered before a call begins, by the pattern of its route', async () => {
  const seen = await counted(
    ['POST', '/v1/v1/messages'],
    ['POST', '/p/web/v1beta/models/junk:generateContent'],
    ['GET', '/v1/requests/0193'],
    ['GET', '/made/up/by/a/client'],
    ['HEAD', '/whatever'],
  );
  expect(seen).toEqual([
    '/v1/messages 401',
    '/v1beta/models/* 401',
    '/v1/requests/:id 401',
    'unknown 404',
    '/* 200',
  ]);
});

it.each([
  ['a client that listens', false, [502]],
  ['a client that has left', true, []],
])('counts the answer of a call by its head, once, for %s', (_, left, expected) => {
  const seen: number[] = [];
  const socket = new PassThrough();
  if (left) socket.destroy();
  const raw = Object.assign(new PassThrough(), { req: { socket }, socket, writeHead: () => undefined });
  const reply = new RawReply(raw as unknown as ServerResponse, (status) => seen.push(status));
  reply.head(502, []);
  reply.end('{}');
  expect(seen).toEqual(expected);
});
