import type { ProviderData } from '../../domain/definition';

export const dashscope: ProviderData = {
  title: 'Alibaba Cloud Model Studio',
  dialect: 'openai-chat',
  baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1',
  auth: { kind: 'bearer' },
  operations: ['completions', 'embeddings'],
  wires: { completions: { '*coder*': 'native' } },
  forwardHeaders: ['x-dashscope-datainspection'],
  vendor: 'dashscope',
  capabilities: {
    customTools: false,
    maxTokensField: 'max_tokens',
    structuredOutput: 'json',
    reasoningField: 'enable_thinking',
    documents: false,
  },
  models: {
    'qwen3-max*': { contextWindow: 262_144, maxOutputTokens: 65_536 },
    'qwen-plus*': { contextWindow: 1_000_000, maxOutputTokens: 32_768 },
    'qwen3-coder-plus*': {
      contextWindow: 1_000_000,
      maxOutputTokens: 65_536,
      reasoningField: 'none',
      images: false,
    },
    'qwq-*': { contextWindow: 131_072, maxOutputTokens: 8_192, reasoningField: 'none', images: false },
  },
  failures: [
    // OpenAI's word for an empty account is the tokens-per-minute limit here.
    {
      status: [429],
      code: ['insufficient_quota', 'limit_requests', 'limit_burst_rate', 'throttling*'],
      class: 'rate_minute',
      scope: 'model',
    },
    { code: ['allocationquota.freetieronly'], class: 'credit', scope: 'model' },
    {
      code: ['arrearage', 'prepaidbilloverdue', 'postpaidbilloverdue', 'commoditynotpurchased'],
      class: 'credit',
      scope: 'credential',
    },
    {
      code: ['data_inspection_failed', 'datainspectionfailed', 'ipinfringementsuspect'],
      class: 'content_filter',
      scope: 'none',
    },
    { code: ['invalid_api_key', 'invalidapikey'], class: 'auth', scope: 'credential' },
    {
      code: ['model_not_found', 'modelnotfound', 'model_not_supported'],
      class: 'target_gone',
      scope: 'none',
    },
    {
      code: ['accessdenied.unpurchased', 'model.accessdenied', 'access_denied'],
      class: 'auth',
      scope: 'model',
    },
    { status: [400], phrase: /range of input length should be/i, class: 'context_length', scope: 'none' },
    {
      code: ['modelunavailable', 'modelservingerror', 'serviceunavailable'],
      class: 'overload',
      scope: 'model',
    },
  ],
  rateScope: 'model',
  clockZone: 'Asia/Shanghai',
  source: 'https://www.alibabacloud.com/help/en/model-studio/error-code',
};
