import type { ProviderData } from '../../domain/definition';
import { GLM_CAPABILITIES, GLM_MODELS } from '../glm-models';
import { GLM_FAILURES } from '../glm-failures';
import { GLM_QUOTA } from '../glm-quota';

export const zai: ProviderData = {
  title: 'Z.ai',
  dialect: 'openai-chat',
  baseUrl: 'https://api.z.ai/api/paas/v4',
  auth: { kind: 'bearer' },
  operations: ['image-generations', 'transcriptions'],
  forwardHeaders: ['accept-language'],
  vendor: 'zai',
  capabilities: GLM_CAPABILITIES,
  models: GLM_MODELS,
  failures: GLM_FAILURES,
  clockZone: 'Asia/Shanghai',
  quota: GLM_QUOTA,
  priceProvider: 'zai',
  source: 'https://docs.z.ai/api-reference/api-code',
};
