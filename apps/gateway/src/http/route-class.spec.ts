import { routeClass } from './route-class';

it.each([
  ['/chat/completions', '/v1/chat/completions'],
  ['/v1/chat/completions', '/v1/chat/completions'],
  ['/v1/v1/chat/completions', '/v1/chat/completions'],
  ['/p/:project/v1/v1/messages', '/v1/messages'],
  ['/p/:project/v1beta/openai/embeddings', '/v1/embeddings'],
  ['/p/:project/v1beta/models/*', '/v1beta/models/*'],
  ['/v1beta/models', '/v1beta/models'],
  ['/models/*', '/v1/models/*'],
  ['/p/:project/v2/rerank', '/v2/rerank'],
  ['/v1/responses/:id', '/v1/responses/:id'],
  ['/*', '/*'],
])('%s is counted as %s', (pattern, name) => {
  expect(routeClass(pattern)).toBe(name);
});

it('never names a path that no route took', () => {
  expect(routeClass(undefined)).toBe('unknown');
});
