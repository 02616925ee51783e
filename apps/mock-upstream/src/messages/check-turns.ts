import type { JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText, objectsOf } from '../wire/member-rules';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import type { Seal } from '../wire/seal';
import { checkBlock } from './check-blocks';
import { isThinking } from './understand-messages';

const idsOf = (blocks: readonly JsonObject[], type: string, member: string): string[] =>
  blocks.filter((block) => block.type === type).map((block) => asText(block[member]));

function checkShape(message: unknown, index: number, isLast: boolean, seal: Seal): VendorError | undefined {
  const at = `messages.${index}`;
  if (!isObject(message)) return complain(at, 'Input should be a valid object');
  const role = asText(message.role);
  if (!['user', 'assistant', 'system'].includes(role))
    return complain(`${at}.role`, "Input should be 'user' or 'assistant'");
  if (index === 0 && role !== 'user') return complain('messages', 'first message must use the "user" role');
  const extra = Object.keys(message).find((key) => !['role', 'content', 'output_config'].includes(key));
  if (extra) return complain(`${at}.${extra}`, 'Extra inputs are not permitted');
  const { content } = message;
  if (typeof content !== 'string' && !Array.isArray(content))
    return complain(`${at}.content`, 'Input should be a valid list');
  if (!content.length && !(isLast && role === 'assistant'))
    return complain(
      'messages',
      `all messages must have non-empty content except for the optional final assistant message`,
    );
  if (typeof content === 'string') return undefined;
  for (const [i, block] of content.entries()) {
    const problem = checkBlock(block, role, `${at}.content.${i}`, seal);
    if (problem) return problem;
  }
  return undefined;
}

/** Results right after the calls, one each, in front of everything else. */
function checkResults(
  blocks: readonly JsonObject[],
  open: readonly string[],
  at: string,
): VendorError | undefined {
  const answered = idsOf(blocks, 'tool_result', 'tool_use_id');
  const missing = open.filter((id) => !answered.includes(id));
  if (missing.length)
    return complain(
      at,
      `\`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
    );
  const unexpected = answered.find((id) => !open.includes(id));
  if (unexpected !== undefined)
    return complain(
      at,
      `unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${unexpected}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
    );
  if (new Set(answered).size !== answered.length)
    return complain(
      at,
      'each tool_use must have a single result. Found multiple `tool_result` blocks with the same id',
    );
  const firstOther = blocks.findIndex((block) => block.type !== 'tool_result');
  return firstOther >= 0 && firstOther < answered.length
    ? complain(at, '`tool_result` blocks must come first in the content of a user message')
    : undefined;
}

/** With a thinking budget, the turns of the running tool loop begin with their thinking. */
function checkLoopThinking(body: JsonObject, messages: readonly JsonObject[]): VendorError | undefined {
  if (!isThinking(body) || !isObject(body.thinking) || body.thinking.type !== 'enabled') return undefined;
  for (const [back, message] of [...messages].reverse().entries()) {
    const blocks = objectsOf(message.content);
    if (message.role === 'user' && !blocks.some((block) => block.type === 'tool_result')) return undefined;
    if (message.role !== 'assistant') continue;
    const first = asText(blocks[0]?.type) || 'text';
    const calls = blocks.some((block) => block.type === 'tool_use');
    if (calls && first !== 'thinking' && first !== 'redacted_thinking')
      return complain(
        `messages.${messages.length - 1 - back}.content.0.type`,
        `Expected \`thinking\` or \`redacted_thinking\`, but found \`${first}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`,
      );
  }
  return undefined;
}

/** The vendor's complaint about the conversation, or undefined. */
export function checkTurns(body: JsonObject, seal: Seal): VendorError | undefined {
  const { messages } = body;
  if (!Array.isArray(messages))
    return complain('messages', messages === undefined ? 'Field required' : 'Input should be a valid list');
  if (!messages.length) return complain('messages', 'at least one message is required');
  const used = new Set<string>();
  let open: string[] = [];
  for (const [i, message] of messages.entries()) {
    const problem = checkShape(message, i, i === messages.length - 1, seal);
    if (problem) return problem;
    if (!isObject(message) || message.role === 'system') continue;
    const blocks = objectsOf(message.content);
    const wrong = checkResults(blocks, open, `messages.${i}`);
    if (wrong) return wrong;
    open = idsOf(blocks, 'tool_use', 'id');
    const repeated = open.find((id, at) => used.has(id) || open.indexOf(id) !== at);
    if (repeated !== undefined) return complain('messages', `\`tool_use\` ids must be unique: ${repeated}`);
    open.forEach((id) => used.add(id));
  }
  if (open.length)
    return complain(
      'messages',
      `\`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}`,
    );
  return checkLoopThinking(body, objectsOf(messages));
}
