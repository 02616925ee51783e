import type { Failure } from '@turnpike/protocol';

/** A member of the body that a target does not take, and the one that it takes instead, if it says so. */
export interface RefusedMember {
  readonly member: string;
  readonly instead?: string;
}

/** Members whose absence leaves an answer of the same kind. What decides what is answered is never left out. */
const DISPENSABLE: ReadonlySet<string> = new Set([
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'seed',
  'stop',
  'frequency_penalty',
  'presence_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'user',
  'safety_identifier',
  'metadata',
  'store',
  'service_tier',
  'parallel_tool_calls',
  'prompt_cache_key',
  'prompt_cache_retention',
  'stream_options',
  'verbosity',
  'reasoning_effort',
  'reasoning',
  'prediction',
  'truncation',
]);

/** Two names of one thing: whoever refuses one takes the other. */
const TWINS: Readonly<Record<string, string>> = {
  max_tokens: 'max_completion_tokens',
  max_completion_tokens: 'max_tokens',
};

/** How servers name a parameter that they do not take; each finds its name. Values out of range are something else. */
const SENTENCES: readonly RegExp[] = [
  /\b(?:unsupported|unknown|unrecognized) (?:request )?(?:parameter|argument|field|property)(?: supplied)?: ?[`'"]?([a-z_.]+)/i,
  /\bunexpected keyword argument [`'"]([a-z_.]+)/i,
  /\bUnknown name "([a-z_.]+)"/i,
  /[`'"](?:body\.)?([a-z_.]+)[`'"] is (?:unsupported|not supported|not allowed|deprecated)\b/i,
  /\bdoes not support (?:the )?(?:parameter|property|argument)s?:? [`'"]?([a-z_.]+)/i,
  /\bargument not supported[^:]{0,60}: ?[`'"]?([a-z_.]+)/i,
  /[`'"]([a-z_.]+)[`'"] does not support .{1,40}? with this model\. Only the default\b/i,
  /\bExtra inputs are not permitted, field: [`'"]([a-z_.]+)/i,
  /^([a-z_.]+): Extra inputs are not permitted\b/i,
];

const SAYING_CODES: ReadonlySet<string> = new Set(['unsupported_parameter', 'unknown_parameter']);

function nameIn({ vendor }: Failure): string | undefined {
  if (vendor.code !== undefined && SAYING_CODES.has(vendor.code) && vendor.param !== undefined)
    return vendor.param;
  for (const sentence of SENTENCES) {
    const name = sentence.exec(vendor.message)?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

/** What a refusal says that the target never takes; undefined: it says no such thing, or nothing that could be left out. */
export function readRefusedMember(failure: Failure): RefusedMember | undefined {
  if (failure.class !== 'caller' || (failure.status !== 400 && failure.status !== 422)) return undefined;
  const member = nameIn(failure)?.split('.')[0];
  if (member === undefined) return undefined;
  const instead = Object.hasOwn(TWINS, member) ? TWINS[member] : undefined;
  if (instead !== undefined) return { member, instead };
  return DISPENSABLE.has(member) ? { member } : undefined;
}
