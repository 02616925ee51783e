import type { JsonObject } from '@turnpike/kernel';
import { NO_USAGE, type Usage } from '@turnpike/protocol';
import { countOf } from '../../answer';

/** Counts of the last line; undefined when it holds none. Prompts are counted whole, whatever was cached. */
export function readOllamaUsage(body: JsonObject): Usage | undefined {
  const input = countOf(body.prompt_eval_count);
  const output = countOf(body.eval_count);
  if (input === undefined && output === undefined) return undefined;
  return { ...NO_USAGE, input: input ?? 0, output: output ?? 0 };
}
