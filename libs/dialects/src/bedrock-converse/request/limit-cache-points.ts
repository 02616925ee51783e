import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import type { LossLog } from '@turnpike/protocol';

/** Breakpoints that one request may have. */
const MOST_POINTS = 4;

const isPoint = (block: Json): block is JsonObject => isObject(block) && isObject(block.cachePoint);

type Keep = (point: JsonObject) => JsonObject | undefined;

const mapList = (list: Json | undefined, keep: Keep): Json | undefined =>
  Array.isArray(list)
    ? list.map((block) => (isPoint(block) ? keep(block) : block)).filter((block) => block !== undefined)
    : list;

/** Lists that hold breakpoints, in the order of the prompt: tools, system, messages. */
function mapPoints(body: JsonObject, keep: Keep): JsonObject {
  const { toolConfig, system, messages } = body;
  const tools = isObject(toolConfig) ? { ...toolConfig, tools: mapList(toolConfig.tools, keep) } : undefined;
  const prompt = mapList(system, keep);
  const turns = Array.isArray(messages)
    ? messages.map((turn) => (isObject(turn) ? { ...turn, content: mapList(turn.content, keep) } : turn))
    : messages;
  const members = { messages: turns, system: prompt, toolConfig: tools };
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      Object.hasOwn(members, name) ? members[name as keyof typeof members] : value,
    ]),
  );
}

const isLong = (point: JsonObject): boolean => isObject(point.cachePoint) && point.cachePoint.ttl === '1h';

/**
 * Keeps the first breakpoint and the last ones where there are too many, and shortens one of an hour that stands behind
 * one of five minutes: both would be refused.
 */
export function limitCachePoints(body: JsonObject, losses: LossLog): JsonObject {
  let total = 0;
  mapPoints(body, (point) => {
    total++;
    return point;
  });
  if (total === 0) return body;
  let index = 0;
  let shortSeen = false;
  return mapPoints(body, (point) => {
    const at = index++;
    if (at > 0 && at < total - (MOST_POINTS - 1)) {
      losses.dropped('cache_control');
      return undefined;
    }
    if (!isLong(point)) shortSeen = true;
    else if (shortSeen) {
      losses.add('clamped:cache_ttl');
      return { cachePoint: { type: 'default' } };
    }
    return point;
  });
}
