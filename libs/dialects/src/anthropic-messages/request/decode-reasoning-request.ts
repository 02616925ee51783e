import type { JsonObject } from '@turnpike/kernel';
import {
  compact,
  EFFORTS,
  readInteger,
  readObject,
  refuse,
  requireString,
  type OutputFormat,
  type ReasoningRequest,
} from '@turnpike/protocol';
import { knownWord } from '../../foreign/known-word';

const DISPLAYS = ['summarized', 'omitted'] as const;

/** `thinking` and `output_config.effort`. */
export function decodeReasoningRequest(body: JsonObject): ReasoningRequest | undefined {
  const thinking = readObject(body.thinking, 'thinking');
  const effort = knownWord(
    readObject(body.output_config, 'output_config')?.effort,
    'output_config.effort',
    EFFORTS,
  );
  if (!thinking) return effort === undefined ? undefined : { effort };
  const type = requireString(thinking.type, 'thinking.type');
  // Without thinking an effort still governs the length of the answer.
  if (type === 'disabled') return effort === undefined ? { effort: 'none' } : { effort, budget: 0 };
  const budget = readInteger(thinking.budget_tokens, 'thinking.budget_tokens', 0);
  return compact<ReasoningRequest>({
    effort,
    budget: budget ?? 'auto',
    show: knownWord(thinking.display, 'thinking.display', DISPLAYS),
  });
}

/** `output_config.format`, or `output_format` of earlier versions. */
export function decodeFormat(body: JsonObject): OutputFormat | undefined {
  const config = readObject(body.output_config, 'output_config');
  const param = config?.format === undefined ? 'output_format' : 'output_config.format';
  const format = readObject(config?.format ?? body.output_format, param);
  if (!format) return undefined;
  if (format.type !== 'json_schema') refuse(`${param}.type`, 'must be "json_schema"');
  return { kind: 'schema', schema: readObject(format.schema, `${param}.schema`) ?? { type: 'object' } };
}
