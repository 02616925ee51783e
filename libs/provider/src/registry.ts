import type { ProviderData, ProviderDefinition } from './domain/definition';
import { anthropic } from './providers/anthropic';
import { anthropicCompatible } from './providers/anthropic-compatible';
import { azureOpenai } from './providers/azure-openai';
import { bedrock } from './providers/bedrock';
import { bigmodel } from './providers/bigmodel';
import { cerebras } from './providers/cerebras';
import { cohere } from './providers/cohere';
import { dashscope } from './providers/dashscope';
import { deepseek } from './providers/deepseek';
import { fireworks } from './providers/fireworks';
import { gemini } from './providers/gemini';
import { geminiCompatible } from './providers/gemini-compatible';
import { githubModels } from './providers/github-models';
import { groq } from './providers/groq';
import { lmstudio } from './providers/lmstudio';
import { minimax } from './providers/minimax';
import { mistral } from './providers/mistral';
import { moonshot } from './providers/moonshot';
import { nvidia } from './providers/nvidia';
import { ollama } from './providers/ollama';
import { openai } from './providers/openai';
import { openaiCompatible } from './providers/openai-compatible';
import { openrouter } from './providers/openrouter';
import { sambanova } from './providers/sambanova';
import { siliconflow } from './providers/siliconflow';
import { together } from './providers/together';
import { vertex } from './providers/vertex';
import { vertexAnthropic } from './providers/vertex-anthropic';
import { vllm } from './providers/vllm';
import { xai } from './providers/xai';
import { zai } from './providers/zai';

const DATA = {
  openai,
  anthropic,
  gemini,
  openrouter,
  deepseek,
  groq,
  mistral,
  xai,
  together,
  fireworks,
  cerebras,
  sambanova,
  nvidia,
  'github-models': githubModels,
  moonshot,
  zai,
  bigmodel,
  dashscope,
  minimax,
  siliconflow,
  ollama,
  vllm,
  lmstudio,
  'azure-openai': azureOpenai,
  vertex,
  'vertex-anthropic': vertexAnthropic,
  bedrock,
  cohere,
  'openai-compatible': openaiCompatible,
  'anthropic-compatible': anthropicCompatible,
  'gemini-compatible': geminiCompatible,
} satisfies Record<string, ProviderData>;

export type ProviderId = keyof typeof DATA;

/** Every built-in definition by the name that `use:` takes. */
export const PROVIDERS = Object.fromEntries(
  Object.entries<ProviderData>(DATA).map(([id, data]) => [id, { ...data, id }]),
) as Readonly<Record<ProviderId, ProviderDefinition>> satisfies Record<string, ProviderDefinition>;

export const PROVIDER_IDS = Object.keys(DATA) as readonly ProviderId[];

/** undefined: no such definition. Names of Object's own members are no definitions. */
export const findProvider = (id: string): ProviderDefinition | undefined =>
  Object.hasOwn(PROVIDERS, id) ? PROVIDERS[id as ProviderId] : undefined;
