import type { JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText, objectsOf } from '../wire/member-rules';
import type { Seal } from '../wire/seal';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import { checkBlock } from './check-blocks';

const say = (message: string): VendorError => complain('', message);
const idsOf = (message: JsonObject | undefined, kind: string): string[] =>
  objectsOf(message?.content).flatMap((block) => {
    const inner = block[kind];
    return isObject(inner) ? [asText(inner.toolUseId)] : [];
  });

function checkShape(message: JsonObject, at: string, seal: Seal): VendorError | undefined {
  const role = asText(message.role);
  if (role !== 'user' && role !== 'assistant')
    return say(
      `Value '${role}' at '${at}.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant]`,
    );
  const { content } = message;
  if (!Array.isArray(content) || !content.length)
    return say(
      `The content field in the Message object at ${at} is empty. Add a ContentBlock object to the content field and try again.`,
    );
  for (const [i, block] of content.entries()) {
    const problem = checkBlock(block, role, `${at}.content.${i}`, seal);
    if (problem) return problem;
  }
  return undefined;
}

function checkResults(
  message: JsonObject | undefined,
  open: readonly string[],
  at: string,
): VendorError | undefined {
  const answered = idsOf(message, 'toolResult');
  const missing = open.filter((id) => !answered.includes(id));
  if (missing.length)
    return say(`Expected toolResult blocks at ${at}.content for the following Ids: ${missing.join(', ')}`);
  if (answered.length > open.length || answered.some((id) => !open.includes(id)))
    return say(
      `The number of toolResult blocks at ${at}.content exceeds the number of toolUse blocks of previous turn.`,
    );
  const blocks = objectsOf(message?.content);
  const firstOther = blocks.findIndex((block) => block.toolResult === undefined);
  return firstOther >= 0 && firstOther < answered.length
    ? say(
        'The model returned the following errors: `tool_result` blocks must come first in the content of a user message',
      )
    : undefined;
}

function checkEnds(messages: readonly JsonObject[], modelId: string): VendorError | undefined {
  if (messages[0]?.role !== 'user')
    return say(
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    );
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return undefined;
  if (!modelId.includes('claude'))
    return say(
      'A conversation must end with a user message. Try again with a conversation that ends with a user message.',
    );
  const text = asText(objectsOf(last.content).at(-1)?.text);
  return text !== text.trimEnd()
    ? say(
        'The model returned the following errors: messages: final assistant content cannot end with trailing whitespace',
      )
    : undefined;
}

/** With a thinking budget, the turns of the running tool loop begin with their thinking. */
export function checkLoopThinking(body: JsonObject): VendorError | undefined {
  const messages = objectsOf(body.messages);
  for (const [back, message] of [...messages].reverse().entries()) {
    const blocks = objectsOf(message.content);
    if (message.role === 'user' && !blocks.some((block) => block.toolResult)) return undefined;
    const calls = message.role === 'assistant' && blocks.some((block) => block.toolUse);
    if (calls && !blocks[0]?.reasoningContent)
      return say(
        `The model returned the following errors: messages.${messages.length - 1 - back}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${blocks[0]?.toolUse ? 'tool_use' : 'text'}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`,
      );
  }
  return undefined;
}

/** The vendor's complaint about the conversation, or undefined. */
export function checkBedrockTurns(body: JsonObject, modelId: string, seal: Seal): VendorError | undefined {
  const messages = objectsOf(body.messages);
  if (!messages.length) return say('The messages field is required. Add at least one message and try again.');
  const used = new Set<string>();
  let open: string[] = [];
  for (const [i, message] of messages.entries()) {
    const at = `messages.${i}`;
    const problem = checkShape(message, at, seal) ?? checkResults(message, open, at);
    if (problem) return problem;
    if (message.role === messages[i - 1]?.role)
      return say(
        'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.',
      );
    open = idsOf(message, 'toolUse');
    const repeated = open.find((id, k) => used.has(id) || open.indexOf(id) !== k);
    if (repeated !== undefined)
      return say(
        `The model returned the following errors: messages: \`tool_use\` ids must be unique: ${repeated}`,
      );
    open.forEach((id) => used.add(id));
  }
  return open.length
    ? say(
        `Expected toolResult blocks at messages.${messages.length}.content for the following Ids: ${open.join(', ')}`,
      )
    : checkEnds(messages, modelId);
}
