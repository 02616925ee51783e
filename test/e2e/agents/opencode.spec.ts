import { describeAgent } from './agent-cases';
import { opencode } from './run-opencode';

/** It asks for no thinking, and Claude that was not asked for it needs none back. */
describeAgent('opencode', opencode('@ai-sdk/openai-compatible'), {
  keepsThinkingAt: ['chat', 'responses', 'gemini'],
  resumesThinkingAt: ['chat', 'responses', 'gemini'],
});
