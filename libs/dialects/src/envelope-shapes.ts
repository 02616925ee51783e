import type { DialectId, EnvelopeShape } from '@turnpike/protocol';

/** Top-level members that routing, estimates and the edits of the passthrough lane look at, per dialect. */
const MEMBERS: Readonly<Record<DialectId, EnvelopeShape>> = {
  'openai-chat': {
    list: 'messages',
    members: [
      ...'model messages stream stream_options max_tokens max_completion_tokens n tools functions'.split(' '),
      ...'reasoning_effort reasoning thinking enable_thinking thinking_budget chat_template_kwargs'.split(
        ' ',
      ),
      ...'response_format metadata prompt_cache_key'.split(' '),
    ],
  },
  'anthropic-messages': {
    list: 'messages',
    members: [
      ...'model messages stream max_tokens thinking tools metadata output_config output_format'.split(' '),
    ],
  },
  'openai-responses': {
    list: 'input',
    members: [
      ...'model input stream max_output_tokens previous_response_id conversation store tools'.split(' '),
      ...'reasoning text metadata prompt_cache_key'.split(' '),
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
