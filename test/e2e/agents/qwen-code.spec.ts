import { describeAgent } from './agent-cases';
import { qwenCode } from './run-qwen-code';

/** It asks for no thinking, and Claude that was not asked for it needs none back. */
describeAgent('Qwen Code', qwenCode('openai'), {
  keepsThinkingAt: ['chat', 'responses', 'gemini'],
  resumesThinkingAt: ['chat', 'responses', 'gemini'],
});
