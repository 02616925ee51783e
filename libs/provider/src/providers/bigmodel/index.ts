import type { ProviderData } from '../../domain/definition';
import { GLM_CAPABILITIES, GLM_MODELS } from '../glm-models';
import { GLM_FAILURES } from '../glm-failures';
import { GLM_QUOTA } from '../glm-quota';

export const bigmodel: ProviderData = {
  title: 'Zhipu BigModel',
  dialect: 'openai-chat',
  baseUrl: 'https://open.bigmodel.cn/api/paas/v4',
  auth: { kind: 'bearer' },
  operations: ['embeddings', 'rerank', 'moderations', 'image-generations', 'transcriptions', 'speech'],
  vendor: 'bigmodel',
  capabilities: GLM_CAPABILITIES,
  models: GLM_MODELS,
  failures: GLM_FAILURES,
  clockZone: 'Asia/Shanghai',
  quota: GLM_QUOTA,
  priceProvider: 'zhipuai',
  source: 'https://docs.bigmodel.cn/cn/api/api-code',
};
