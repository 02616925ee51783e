import { describeAgent } from './agent-cases';
import { QWEN_AUTH_TYPES, qwenCode } from './run-qwen-code';

/** All other cases are run with Chat. */
const OTHERS = QWEN_AUTH_TYPES.filter((authType) => authType !== 'openai');

describe.each(OTHERS)('Qwen Code with %s', (authType) => {
  describeAgent('Qwen Code', qwenCode(authType), { brief: true });
});
