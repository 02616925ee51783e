import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import type { LossLog } from '@turnpike/protocol';

/** Explicit breakpoints that one request may have. */
const MOST_MARKS = 4;

type Visit = (block: JsonObject) => JsonObject;

const eachBlock = (list: Json | undefined, visit: Visit): Json | undefined =>
  Array.isArray(list) ? list.map((block) => (isObject(block) ? visit(block) : block)) : list;

/** Blocks that may carry marks, in the order of the prompt: tools, system, messages with what results hold. */
function mapBlocks(body: JsonObject, visit: Visit): JsonObject {
  const withInner: Visit = (block) =>
    visit(
      block.type === 'tool_result' && Array.isArray(block.content)
        ? { ...block, content: eachBlock(block.content, visit) }
        : block,
    );
  // Visited in this order: the visitor counts.
  const tools = eachBlock(body.tools, visit);
  const system = eachBlock(body.system, visit);
  const messages = eachBlock(body.messages, (message) => ({
    ...message,
    content: eachBlock(message.content, withInner),
  }));
  const parts = { tools, system, messages };
  return Object.fromEntries(Object.entries({ ...body, ...parts }).filter(([, value]) => value !== undefined));
}

const marksIn = (list: Json | undefined): number => {
  let marks = 0;
  if (!Array.isArray(list)) return marks;
  for (const block of list) {
    if (!isObject(block)) continue;
    if (isObject(block.cache_control)) marks++;
    if (block.type === 'tool_result') marks += marksIn(block.content);
  }
  return marks;
};

/** Most requests have none: counted without a copy. */
function countMarks({ tools, system, messages }: JsonObject): number {
  let marks = marksIn(tools) + marksIn(system);
  if (Array.isArray(messages))
    for (const message of messages) if (isObject(message)) marks += marksIn(message.content);
  return marks;
}

const ttlOf = (block: JsonObject): string =>
  isObject(block.cache_control) && block.cache_control.ttl === '1h' ? '1h' : '5m';

/**
 * Keeps the first mark and the last ones where there are too many, and shortens a one-hour mark that stands behind a
 * five-minute one: both would be refused. Marks stay where they are.
 */
export function limitCacheMarks(body: JsonObject, losses: LossLog): JsonObject {
  const total = countMarks(body);
  if (total === 0) return body;
  const most = isObject(body.cache_control) ? MOST_MARKS - 1 : MOST_MARKS;
  let index = 0;
  let shortSeen = false;
  return mapBlocks(body, (block) => {
    if (!isObject(block.cache_control)) return block;
    const at = index++;
    if (at > 0 && at < total - (most - 1)) {
      losses.dropped('cache_control');
      const { cache_control: _dropped, ...rest } = block;
      return rest;
    }
    if (ttlOf(block) === '5m') shortSeen = true;
    else if (shortSeen) {
      losses.add('clamped:cache_ttl');
      return { ...block, cache_control: { type: 'ephemeral' } };
    }
    return block;
  });
}
