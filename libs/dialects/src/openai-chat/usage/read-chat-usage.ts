import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { NO_USAGE, type Usage } from '@turnpike/protocol';
import { countOf, objectOf } from '../../answer';

/** Input figure; DeepSeek's two halves where the whole is missing. */
function promptOf(usage: JsonObject): number | undefined {
  const hit = countOf(usage.prompt_cache_hit_tokens);
  const miss = countOf(usage.prompt_cache_miss_tokens);
  const halves = hit === undefined && miss === undefined ? undefined : (hit ?? 0) + (miss ?? 0);
  return countOf(usage.prompt_tokens) ?? halves;
}

/** Cached input: OpenAI's place, Kimi's, DeepSeek's. */
function cachedOf(usage: JsonObject): number {
  const details = objectOf(usage.prompt_tokens_details);
  return (
    countOf(details?.cached_tokens) ??
    countOf(usage.cached_tokens) ??
    countOf(usage.prompt_cache_hit_tokens) ??
    0
  );
}

/**
 * Reads a Chat `usage` object; undefined when it holds no figure. Prompt figures include cached ones, except where
 * that cannot be: then the prompt was given without them. A total above prompt and completion means reasoning that
 * completion left out (xAI, Gemini's Chat endpoint). Reasoning is never more than output (OpenRouter has sent 11 of 10).
 */
export function readChatUsage(value: Json | undefined): Usage | undefined {
  if (!isObject(value)) return undefined;
  const prompt = promptOf(value);
  const completion = countOf(value.completion_tokens);
  const total = countOf(value.total_tokens);
  if (prompt === undefined && completion === undefined && total === undefined) return undefined;
  const given = prompt ?? 0;
  const cacheRead = cachedOf(value);
  const written = countOf(objectOf(value.prompt_tokens_details)?.cache_write_tokens) ?? 0;
  const exclusive = cacheRead + written > given;
  const inputSide = exclusive ? given + cacheRead + written : given;
  const extra = Math.max(0, (total ?? 0) - inputSide - (completion ?? 0));
  const output = (completion ?? 0) + extra;
  const reasoning = countOf(objectOf(value.completion_tokens_details)?.reasoning_tokens) ?? 0;
  return {
    ...NO_USAGE,
    input: inputSide - cacheRead - written,
    cacheRead,
    cacheWriteUnknownTtl: written,
    output,
    reasoning: Math.min(Math.max(reasoning, extra), output),
  };
}

/** Usage wherever a Chat body or chunk carries it: on top, in the first choice (Kimi), in `x_groq`. */
export function findChatUsage(body: JsonObject): Usage | undefined {
  const top = readChatUsage(body.usage);
  if (top) return top;
  const first = Array.isArray(body.choices) ? objectOf(body.choices[0]) : undefined;
  return readChatUsage(first?.usage) ?? readChatUsage(objectOf(body.x_groq)?.usage);
}
