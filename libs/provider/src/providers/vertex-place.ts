import type { FailureRule, ProviderData } from '../domain/definition';
import { googleQuota } from './gemini/quota';

/** Where both families of models stand at Vertex, and how they are asked. */
export const VERTEX_PLACE = {
  baseUrl: 'https://{location}-aiplatform.googleapis.com',
  // The world as a whole, and regions of several countries.
  baseUrlAt: {
    global: 'https://aiplatform.googleapis.com',
    us: 'https://aiplatform.us.rep.googleapis.com',
    eu: 'https://aiplatform.eu.rep.googleapis.com',
  },
  baseUrlTail: /\/v1(?:beta\d*)?$/,
  settings: { project: {}, location: {}, apiVersion: { default: 'v1' } },
  auth: { kind: 'google-token', scope: 'https://www.googleapis.com/auth/cloud-platform' },
  // Quotas are kept per project and model.
  rateScope: 'model',
  quota: googleQuota,
  priceProvider: 'google',
} as const satisfies Partial<ProviderData>;

const MODEL = '/{apiVersion}/projects/{project}/locations/{location}/publishers';

/** Path of a publisher's models, up to the name. */
export const vertexModels = (publisher: 'google' | 'anthropic'): string => `${MODEL}/${publisher}/models`;

export const VERTEX_FAILURES: readonly FailureRule[] = [
  {
    status: [403],
    phrase: /has not been used in project|api is disabled|service_disabled/i,
    class: 'auth',
    scope: 'group',
  },
  // Says so, too, of a model that does not exist or was not enabled.
  { status: [403], phrase: /permission '?aiplatform\.\S+ denied on/i, class: 'auth', scope: 'model' },
  {
    status: [400, 404],
    phrase:
      /publisher model \S+ (?:was not found|is not servable)|not (?:servable|supported) in (?:the )?region/i,
    class: 'target_gone',
    scope: 'none',
  },
  { status: [429], phrase: /quota exceeded for .{0,200}per_day/i, class: 'rate_long', scope: 'model' },
  { status: [429], phrase: /quota exceeded for/i, class: 'rate_minute', scope: 'model' },
  // Without a quota in its words: capacity that everybody shares. Another key of the same place does not help.
  {
    status: [429],
    phrase: /resource (?:has been )?exhausted|please try again later/i,
    class: 'overload',
    scope: 'model',
  },
];
