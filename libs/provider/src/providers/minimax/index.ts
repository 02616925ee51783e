import type { ProviderData } from '../../domain/definition';

export const minimax: ProviderData = {
  title: 'MiniMax',
  dialect: 'openai-chat',
  baseUrl: 'https://api.minimax.io/v1',
  auth: { kind: 'bearer' },
  operations: [],
  vendor: 'minimax',
  capabilities: {
    customTools: false,
    maxTokensField: 'max_tokens',
    structuredOutput: 'json',
    reasoningField: 'none',
    documents: false,
  },
  models: {
    'MiniMax-M1*': { contextWindow: 1_000_000, thinkTag: 'think' },
    'MiniMax-M2*': { contextWindow: 204_800, thinkTag: 'think', images: false },
    'MiniMax-M3*': { contextWindow: 1_000_000 },
  },
  // The number decides, whatever the HTTP status: it stands in base_resp or in brackets at the end of the sentence.
  failures: [
    { code: ['1008'], class: 'credit', scope: 'credential' },
    { code: ['1004', '2049'], class: 'auth', scope: 'credential' },
    { code: ['2056'], class: 'rate_long', scope: 'credential' },
    { code: ['1002', '1039', '1041', '2045'], class: 'rate_minute', scope: 'credential' },
    { code: ['1026', '1027'], class: 'content_filter', scope: 'none' },
    { code: ['1042', '2048'], class: 'caller', scope: 'none' },
    {
      code: ['2013'],
      phrase: /context window|token limit|too long/i,
      class: 'context_length',
      scope: 'none',
    },
    { code: ['2013'], class: 'caller', scope: 'none' },
    { code: ['1000', '1001', '1013', '1024', '1033'], class: 'server', scope: 'model' },
  ],
  clockZone: 'Asia/Shanghai',
  priceProvider: 'minimax',
  source: 'https://platform.minimax.io/docs/api-reference/errorcode',
};
