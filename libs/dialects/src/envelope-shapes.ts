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
};

/** Shapes for one configuration: `extra` are the members that some provider's quirks name. */
export function createEnvelopeShapes(extra: readonly string[]): Readonly<Record<DialectId, EnvelopeShape>> {
  const widen = (shape: EnvelopeShape): EnvelopeShape => ({
    list: shape.list,
    members: [...new Set([...shape.members, ...extra])],
  });
  return {
    'openai-chat': widen(MEMBERS['openai-chat']),
    'anthropic-messages': widen(MEMBERS['anthropic-messages']),
  };
}
