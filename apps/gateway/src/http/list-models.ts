import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '@turnpike/kernel';
import { mayUseModel } from '@turnpike/identity';
import { buildResponseHeaders } from '@turnpike/pipeline';
import { addHeaders } from './add-headers';
import type { DataPlane } from './data-plane';
import { principalOf } from './principal-of';

interface Model {
  readonly id: string;
  readonly owner: string;
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
}

/** Aliases have no birthday; clients want a number. */
const CREATED_S = 1_735_689_600;

const asOpenAi = (model: Model): object => ({
  id: model.id,
  object: 'model',
  created: CREATED_S,
  owned_by: model.owner,
});
const asAnthropic = (model: Model): object => ({
  type: 'model',
  id: model.id,
  display_name: model.id,
  created_at: new Date(CREATED_S * 1000).toISOString(),
});

const asGemini = (model: Model): object => ({
  name: `models/${model.id}`,
  displayName: model.id,
  inputTokenLimit: model.contextWindow ?? 1_048_576,
  outputTokenLimit: model.maxOutputTokens ?? 65_536,
  supportedGenerationMethods: ['generateContent', 'countTokens'],
});

/** Three SDKs ask the same path; Gemini's also has one of its own. */
const speaksGemini = (request: FastifyRequest): boolean =>
  /^(\/p\/[^/]+)?\/v1beta\//.test(request.url) ||
  (request.headers['x-goog-api-key'] !== undefined && !speaksAnthropic(request));

const speaksAnthropic = (request: FastifyRequest): boolean =>
  request.headers['anthropic-version'] !== undefined;

function send(request: FastifyRequest, reply: FastifyReply, body: object): void {
  const headers = buildResponseHeaders(request.received, { attempts: 0 });
  addHeaders(reply, headers);
  void reply.code(200).type('application/json').send(JSON.stringify(body));
}

/** Models that this key may ask for by name, in the shape of the dialect that the headers tell. */
export function listModels(request: FastifyRequest, reply: FastifyReply, plane: DataPlane): void {
  const principal = principalOf(request);
  const models = plane.deps
    .snapshot()
    .catalog.list()
    .filter((model) => mayUseModel(principal, model.id));
  if (speaksGemini(request)) return send(request, reply, { models: models.map(asGemini) });
  if (!speaksAnthropic(request)) return send(request, reply, { object: 'list', data: models.map(asOpenAi) });
  const page = pageOf(models, request.query as Record<string, unknown>);
  send(request, reply, {
    data: page.models.map(asAnthropic),
    has_more: page.hasMore,
    first_id: page.models[0]?.id ?? null,
    last_id: page.models[page.models.length - 1]?.id ?? null,
  });
}

/** `limit` (1..1000, default 20), `after_id`, `before_id` as the Anthropic list takes them. */
function pageOf(
  models: readonly Model[],
  query: Record<string, unknown>,
): { readonly models: readonly Model[]; readonly hasMore: boolean } {
  const asked = Number(query['limit'] ?? 20);
  const limit = Number.isInteger(asked) && asked >= 1 && asked <= 1000 ? asked : 20;
  const after = models.findIndex((model) => model.id === query['after_id']);
  const before = models.findIndex((model) => model.id === query['before_id']);
  const rest = models.slice(after + 1, before >= 0 ? before : undefined);
  const shown = before >= 0 ? rest.slice(-limit) : rest.slice(0, limit);
  return { models: shown, hasMore: rest.length > shown.length };
}

/** One model by id; ids hold slashes. */
export function showModel(request: FastifyRequest, reply: FastifyReply, plane: DataPlane): void {
  const id = (request.params as { '*': string })['*'];
  const route = mayUseModel(principalOf(request), id) ? plane.deps.snapshot().catalog.resolve(id) : undefined;
  if (!route)
    throw new GatewayError(
      'model_unknown',
      `There is no model "${id.slice(0, 200)}" for this key. GET /v1/models lists them.`,
      { final: true },
    );
  const owner = route.targets[0]?.provider.name ?? 'turnpike';
  const { capabilities } = route.targets[0] ?? {};
  if (speaksGemini(request)) return send(request, reply, asGemini({ id, owner, ...capabilities }));
  send(request, reply, speaksAnthropic(request) ? asAnthropic({ id, owner }) : asOpenAi({ id, owner }));
}
