import type { DialectId, EnvelopeShape } from '@turnpike/protocol';

/** Top-level members that routing, estimates and the edits of the passthrough lane look at, per dialect. */
const MEMBERS: Readonly<Record<DialectId, EnvelopeShape>> = {
  'openai-chat': {
    list: 'messages',
    members: ['model', 'messages', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'n'],
  },
  'anthropic-messages': {
    list: 'messages',
    members: ['model', 'messages', 'stream', 'max_tokens', 'thinking'],
  },
  'openai-responses': {
    list: 'input',
    members: [
      'model',
      'input',
      'stream',
      'max_output_tokens',
      'previous_response_id',
      'conversation',
      'store',
    ],
  },
  'gemini-generate': {
    list: 'contents',
    members: ['contents', 'generationconfig', 'generation_config', 'systeminstruction', 'tools'],
  },
};

/** Shapes for one configuration: `extra` are the members that some provider's quirks name. */
export function createEnvelopeShapes(extra: readonly string[]): Readonly<Record<DialectId, EnvelopeShape>> {
  const widen = (id: DialectId): EnvelopeShape => ({
    list: MEMBERS[id].list,
    members: [...new Set([...MEMBERS[id].members, ...extra])],
  });
  return {
    'openai-chat': widen('openai-chat'),
    'openai-responses': widen('openai-responses'),
    'anthropic-messages': widen('anthropic-messages'),
    'gemini-generate': widen('gemini-generate'),
  };
}
