import type { ProviderData } from '../../domain/definition';
import type { PathVariant } from '../../domain/operation-paths';
import { openai } from '../openai';
import { azureQuota } from './quota';

/** Versions with a date belong to the paths of deployments; the others to the paths that OpenAI itself has. */
const DATED = { setting: 'apiVersion', matches: /^\d{4}-\d\d-\d\d/ } as const;
const DEPLOYMENT: PathVariant = {
  when: DATED,
  prefix: '/openai/deployments/{model}',
  query: 'api-version={apiVersion}',
};

export const azureOpenai: ProviderData = {
  title: 'Azure OpenAI',
  dialect: 'openai-chat',
  baseUrlTail: /\/openai(?:\/v1)?$/,
  auth: { kind: 'entra-or-key', name: 'api-key', scope: 'https://cognitiveservices.azure.com/.default' },
  operations: [
    'completions',
    'embeddings',
    'image-generations',
    'image-edits',
    'image-variations',
    'transcriptions',
    'translations',
    'speech',
  ],
  wires: {
    completions: {
      'gpt-3.5-turbo-instruct*': 'native',
      'gpt-35-turbo-instruct*': 'native',
      'davinci-002': 'native',
      'babbage-002': 'native',
    },
  },
  settings: { apiVersion: { optional: true } },
  deployments: true,
  pathVariants: [
    {
      ...DEPLOYMENT,
      dialect: 'openai-responses',
      // The only operation of a dated version that has no deployment in its path.
      templates: { generate: '/openai/responses?api-version={apiVersion}' },
    },
    DEPLOYMENT,
    {
      when: { setting: 'apiVersion', matches: /^(?:preview|latest)$/ },
      prefix: '/openai/v1',
      query: 'api-version={apiVersion}',
    },
    { prefix: '/openai/v1' },
  ],
  forwardHeaders: ['openai-beta'],
  vendor: 'azure',
  storesResponses: true,
  capabilities: openai.capabilities,
  // Nothing is said of breakpoints at this address.
  models: { ...openai.models, '*': { cacheBreakpoints: false } },
  failures: [
    { status: [404], code: ['deploymentnotfound'], class: 'target_gone', scope: 'none' },
    {
      status: [400],
      code: ['operationnotsupported', 'unsupported_model', 'deploymentmodelnotsupported'],
      class: 'target_gone',
      scope: 'none',
    },
    {
      status: [403],
      phrase: /virtual network|firewall rules|public access is disabled/i,
      class: 'auth',
      scope: 'group',
    },
    // Limits belong to a deployment, and the tier is no account that could be empty.
    {
      status: [429],
      phrase: /exceeded (?:the )?(?:call|token) rate limit|pricing tier/i,
      class: 'rate_minute',
      scope: 'model',
    },
  ],
  rateScope: 'model',
  quota: azureQuota,
  priceProvider: 'azure',
  source: 'https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference',
};
