import { chatDialect } from '../chat/chat-dialect';
import { azureChat, azureFace, checkVersion } from '../hosts/azure';
import { completions } from '../operations/completions';
import { openaiEmbeddings } from '../operations/embeddings/openai-embeddings';
import { imageEdits, imageGenerations, imageVariations } from '../operations/media/images';
import { speech } from '../operations/media/speech';
import { transcriptions } from '../operations/media/transcriptions';
import { moderations } from '../operations/moderations';
import { responsesDialect } from '../responses/responses-dialect';
import type { Operation } from '../wire/wire-request';
import type { WireService } from '../wire/wire-service';
import type { Route, RouteRow } from './route';
import { counts, generates, serves } from './route';

const SERVICES: readonly (readonly [end: string, operation: Operation, service: WireService])[] = [
  ['/embeddings', 'embeddings', openaiEmbeddings],
  ['/moderations', 'moderations', moderations],
  ['/images/generations', 'image-generations', imageGenerations],
  ['/images/edits', 'image-edits', imageEdits],
  ['/images/variations', 'image-variations', imageVariations],
  ['/audio/speech', 'speech', speech],
  ['/audio/transcriptions', 'transcriptions', transcriptions],
  ['/audio/translations', 'translations', transcriptions],
  // Last: the path of chats ends so too.
  ['/completions', 'completions', completions],
];

/** What OpenAI serves, by the ends of its paths. */
export const OPENAI_POSTS: readonly RouteRow[] = [
  ['/chat/completions', generates(chatDialect)],
  ['/responses', generates(responsesDialect)],
  ['/responses/input_tokens', counts(responsesDialect)],
  ...SERVICES.map(([end, operation, service]): RouteRow => [end, serves(chatDialect, operation, service)]),
];

/** The same service where the address has to name a version. */
const versioned = (service: WireService): WireService => ({
  ...service,
  check: (wire) => checkVersion(wire) ?? service.check(wire),
});

function azureRow([end, route]: RouteRow): RouteRow {
  if (end === '/chat/completions') return [end, { ...generates(azureChat), host: 'azure' }];
  const service = route.service && versioned(route.service);
  return [end, { ...route, service, face: azureFace(route.face), host: 'azure' }];
}
const AZURE_POSTS = OPENAI_POSTS.map(azureRow);

/** Azure's paths: a deployment's, or OpenAI's own behind a prefix. */
export function findAzure(path: string): Route | undefined {
  const [, deployment, rest] = /\/openai(?:\/deployments\/([^/]+)|\/v1)?(\/.+)$/.exec(path) ?? [];
  if (rest === undefined) return undefined;
  const route = AZURE_POSTS.find(([end]) => rest === end)?.[1];
  return route && deployment !== undefined ? { ...route, modelId: decodeURIComponent(deployment) } : route;
}
