import type { Capabilities } from '@turnpike/protocol';
import type { ProviderData } from '../../domain/definition';

const THINKS: Capabilities = { thinking: 'adaptive' };
/** Servers before the `think` switch leave the tag in the text. */
const TAGS: Capabilities = { ...THINKS, thinkTag: 'think' };

export const ollama: ProviderData = {
  title: 'Ollama',
  dialect: 'ollama-chat',
  baseUrl: 'http://127.0.0.1:11434',
  baseUrlTail: /\/(?:v1|api)$/,
  // The same server speaks these dialects beside its own.
  pathVariants: [
    { dialect: 'openai-chat', prefix: '/v1' },
    { dialect: 'openai-responses', prefix: '/v1' },
    { dialect: 'anthropic-messages', prefix: '/v1' },
  ],
  auth: { kind: 'bearer' },
  operations: ['completions', 'embeddings'],
  vendor: 'ollama',
  // A request to think is refused by models that cannot, so that only those with a row are asked.
  capabilities: {
    numCtx: 32_768,
    structuredOutput: 'schema',
    thinking: 'none',
    documents: false,
    // For its common dialect.
    customTools: false,
    maxTokensField: 'max_tokens',
    reasoningField: 'reasoning_effort',
  },
  models: {
    'gpt-oss*': { thinking: 'effort', efforts: ['low', 'medium', 'high'], echoReasoning: true },
    'qwen3*': THINKS,
    'qwen3-coder*': { thinking: 'none' },
    'qwq*': TAGS,
    'deepseek-r1*': TAGS,
    'deepseek-v3.1*': THINKS,
    'magistral*': THINKS,
    'glm-4.*': THINKS,
    'kimi-k2-thinking*': THINKS,
    'minimax-m2*': THINKS,
    'nemotron-3*': THINKS,
  },
  failures: [
    { status: [404], phrase: /model .{0,120}not found/i, class: 'target_gone', scope: 'none' },
    {
      status: [429],
      phrase: /\b(?:hourly|session|daily|weekly|monthly) usage limit\b/i,
      class: 'rate_long',
      scope: 'credential',
    },
    {
      phrase: /\bserver overloaded\b|\bserver busy\b|\bmaximum pending requests\b/i,
      class: 'overload',
      scope: 'model',
    },
    {
      phrase:
        /\bmodel requires more system memory\b|\bmodel runner has (?:unexpectedly )?stopped\b|\bout of memory\b/i,
      class: 'server',
      scope: 'model',
    },
    {
      status: [400],
      phrase: /\bdoes not support (?:tools|thinking|generate|chat|images)\b/i,
      class: 'caller',
      scope: 'none',
    },
    {
      phrase: /\binput length (?:and `max_tokens` )?exceeds? .{0,40}context length\b/i,
      class: 'context_length',
      scope: 'none',
    },
  ],
  privateNetwork: true,
  keyless: true,
  source: 'https://docs.ollama.com/api/chat',
};
