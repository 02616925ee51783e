import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { API_PREFIX, type RouteFacts } from '../http/endpoint';
import type { RouteTable } from '../http/route-table';
import { describeApi } from './openapi';

const ASSETS = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
} as const;

const START = `window.ui = SwaggerUIBundle({ url: '/docs/json', dom_id: '#ui', deepLinking: true, validatorUrl: null });
`;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Turnpike control plane</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
    <link rel="icon" href="/docs/favicon-32x32.png" />
  </head>
  <body>
    <div id="ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const CONTENT_SECURITY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The API's own description and a page to read it, without any other host. */
export function registerDocs(server: FastifyInstance, routes: RouteTable): void {
  const facts: RouteFacts = { policy: { kind: 'open', because: 'the description of the API holds no data' } };
  const open = { config: facts };
  const folder = path.dirname(require.resolve('swagger-ui-dist/package.json'));
  const index = { name: 'Turnpike control plane', api: API_PREFIX, docs: '/docs' };
  server.get('/', open, (_request, reply) => reply.send(index));
  server.get('/docs', open, (_request, reply) =>
    reply.header('content-security-policy', CONTENT_SECURITY).type('text/html; charset=utf-8').send(PAGE),
  );
  let description: string | undefined;
  server.get('/docs/json', open, (_request, reply) => {
    description ??= JSON.stringify(describeApi(routes.endpoints()));
    return reply.type('application/json').send(description);
  });
  server.get('/docs/start.js', open, (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(START),
  );
  for (const [file, type] of Object.entries(ASSETS)) {
    server.get(`/docs/${file}`, open, (_request, reply) => {
      const answer = reply.header('cache-control', 'public, max-age=86400').type(type);
      return answer.send(createReadStream(path.join(folder, file)));
    });
  }
}
