import type { Capabilities } from '@turnpike/protocol';
import type { ProviderData } from '../../domain/definition';
import { anthropic } from '../anthropic';

const MODEL = '/model/{model}';

/** Rows of Claude's own vendor, for ids such as `eu.anthropic.claude-sonnet-4-5-20250929-v1:0`. */
const CLAUDE: Readonly<Record<string, Capabilities>> = Object.fromEntries(
  Object.entries(anthropic.models ?? {}).map(([pattern, facts]) => [`*anthropic.${pattern}`, facts]),
);
/** Betas that a conversation can make use of here; one that is not known is a refusal of the whole request. */
const BETAS = ['context-1m-2025-08-07', 'interleaved-thinking-2025-05-14'];

const OLD_CACHE: Capabilities = { longCache: false };
/** Open models: the schema of a tool binds them, a choice among tools does not exist for all. */
const OPEN: Capabilities = { images: false, documents: false };

/** Every model of Bedrock by its Converse API; which fields of its own a model takes stands in the rows. */
export const bedrock: ProviderData = {
  title: 'Amazon Bedrock',
  dialect: 'bedrock-converse',
  baseUrl: 'https://bedrock-runtime.{region}.amazonaws.com',
  auth: { kind: 'aws-sigv4', service: 'bedrock' },
  settings: { region: {} },
  paths: {
    generate: { whole: `${MODEL}/converse`, stream: `${MODEL}/converse-stream` },
    'count-tokens': `${MODEL}/count-tokens`,
    embeddings: `${MODEL}/invoke`,
    rerank: `${MODEL}/invoke`,
  },
  headerWords: { 'anthropic-beta': BETAS },
  vendor: 'bedrock',
  countTokens: true,
  // A model without a row below takes what every model of Converse takes.
  capabilities: {
    cacheMarks: false,
    video: false,
    thinking: 'none',
    temperatureOrTopP: false,
    structuredOutput: 'none',
    stopLimit: 4,
  },
  models: {
    '*anthropic.claude*': {
      ...anthropic.capabilities,
      requestFields: 'anthropic',
      cacheMarks: true,
      stopLimit: 8_191,
    },
    ...CLAUDE,
    '*anthropic.claude-3-*': OLD_CACHE,
    '*anthropic.claude-*-4-2025*': OLD_CACHE,
    '*anthropic.claude-opus-4-1-*': { ...OLD_CACHE, structuredOutput: 'none' },
    // The word of effort is a beta of this one model here.
    '*anthropic.claude-opus-4-5-*': { efforts: [] },
    '*anthropic.claude-3-5-haiku*': { latencyTier: true },
    '*amazon.nova*': {
      requestFields: 'nova',
      cacheMarks: true,
      longCache: false,
      contextWindow: 300_000,
      maxOutputTokens: 10_000,
      video: true,
    },
    '*amazon.nova-micro*': { contextWindow: 128_000, images: false, documents: false, video: false },
    '*amazon.nova-pro*': { latencyTier: true },
    '*amazon.nova-premier*': { contextWindow: 1_000_000 },
    '*amazon.nova-2-*': {
      contextWindow: 1_000_000,
      maxOutputTokens: 65_536,
      thinking: 'effort',
      efforts: ['none', 'low', 'medium', 'high'],
    },
    '*amazon.titan-text*': { ...OPEN, systemRole: 'none', toolChoice: false },
    '*openai.gpt-oss*': {
      ...OPEN,
      requestFields: 'openai',
      contextWindow: 128_000,
      thinking: 'effort',
      efforts: ['low', 'medium', 'high'],
      structuredOutput: 'schema',
    },
    '*meta.llama3*': { contextWindow: 128_000, maxOutputTokens: 8_192, toolChoice: false },
    '*meta.llama4*': { toolChoice: false },
    '*mistral.mistral-7b*': { ...OPEN, systemRole: 'none', toolChoice: false },
    '*mistral.mixtral*': { ...OPEN, systemRole: 'none', toolChoice: false },
    '*cohere.command*': { ...OPEN, toolChoice: false },
    '*ai21.*': { ...OPEN, toolChoice: false },
    '*deepseek.*': { ...OPEN, toolChoice: false },
    '*qwen.*': OPEN,
  },
  failures: [
    { phrase: /\btoo many tokens per day\b/i, class: 'rate_long', scope: 'model' },
    { code: ['servicequotaexceededexception'], class: 'rate_long', scope: 'model' },
    { code: ['modelnotreadyexception', 'serviceunavailableexception'], class: 'overload', scope: 'model' },
    { code: ['throttlingexception', 'toomanyrequestsexception'], class: 'rate_minute', scope: 'model' },
    {
      code: ['unrecognizedclientexception', 'invalidsignatureexception', 'incompletesignatureexception'],
      class: 'auth',
      scope: 'credential',
    },
    {
      code: ['accessdeniedexception'],
      phrase: /\baccess to the model\b|\bmodel access\b|\bon resource\b/i,
      class: 'auth',
      scope: 'model',
    },
    {
      status: [400, 200],
      phrase:
        /\bmodel identifier is invalid\b|\bon-demand throughput isn.?t supported\b|\bend of its life\b/i,
      class: 'target_gone',
      scope: 'none',
    },
    { code: ['resourcenotfoundexception'], class: 'target_gone', scope: 'none' },
    {
      code: [
        'modelstreamerrorexception',
        'modelerrorexception',
        'modeltimeoutexception',
        'internalserverexception',
      ],
      class: 'server',
      scope: 'model',
    },
  ],
  // Quotas are kept per account, region and model.
  rateScope: 'model',
  priceProvider: 'aws',
  source: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html',
};
