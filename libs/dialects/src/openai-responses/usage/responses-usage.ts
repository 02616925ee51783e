import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { inputTotal, mergeUsage, NO_USAGE, type PartialUsage, type Usage } from '@turnpike/protocol';
import { countOf, objectOf } from '../../answer';

/**
 * Reads a Responses `usage` object; undefined when it holds no figure. Input figures include cached ones, except where
 * that cannot be. A total above input and output means reasoning that output left out. Reasoning is never more than
 * output.
 */
export function readResponsesUsage(value: Json | undefined): Usage | undefined {
  if (!isObject(value)) return undefined;
  const input = countOf(value.input_tokens);
  const output = countOf(value.output_tokens);
  const total = countOf(value.total_tokens);
  if (input === undefined && output === undefined && total === undefined) return undefined;
  const details = objectOf(value.input_tokens_details);
  const cacheRead = countOf(details?.cached_tokens) ?? 0;
  const written = countOf(details?.cache_write_tokens) ?? 0;
  const given = input ?? 0;
  const inputSide = cacheRead + written > given ? given + cacheRead + written : given;
  const extra = Math.max(0, (total ?? 0) - inputSide - (output ?? 0));
  const all = (output ?? 0) + extra;
  const reasoning = countOf(objectOf(value.output_tokens_details)?.reasoning_tokens) ?? 0;
  return {
    ...NO_USAGE,
    input: inputSide - cacheRead - written,
    cacheRead,
    cacheWriteUnknownTtl: written,
    output: all,
    reasoning: Math.min(Math.max(reasoning, extra), all),
  };
}

/** Cached input counts as input, reasoning as output; both objects of details are always there. */
export function writeResponsesUsage(partial: PartialUsage): JsonObject {
  const usage = mergeUsage(undefined, partial);
  const input = inputTotal(usage);
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: usage.cacheRead,
      cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h + usage.cacheWriteUnknownTtl,
    },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: input + usage.output,
  };
}
