import { goDuration } from '../serve/limit-headers';
import type { VendorError } from '../wire/vendor-error';
import type { LimitKind, LimitPool, Refusal } from './limit-pool';

const OPENAI: Readonly<Record<LimitKind, string>> = {
  rpm: 'requests per min (RPM)',
  rpd: 'requests per day (RPD)',
  tpm: 'tokens per min (TPM)',
  concurrency: '',
};
const GROQ: Readonly<Record<LimitKind, string>> = {
  rpm: 'requests per minute (RPM)',
  rpd: 'requests per day (RPD)',
  tpm: 'tokens per minute (TPM)',
  concurrency: '',
};
const ANTHROPIC: Readonly<Record<LimitKind, string>> = {
  rpm: 'requests per minute',
  rpd: 'requests per day',
  tpm: 'tokens per minute',
  concurrency: '',
};
/** Metric and id of each of Google's quotas. */
const GOOGLE: Readonly<Record<Exclude<LimitKind, 'concurrency'>, readonly [metric: string, id: string]>> = {
  rpm: ['generate_content_free_tier_requests', 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier'],
  rpd: ['generate_content_free_tier_requests', 'GenerateRequestsPerDayPerProjectPerModel-FreeTier'],
  tpm: [
    'generate_content_free_tier_input_token_count',
    'GenerateContentInputTokensPerModelPerMinute-FreeTier',
  ],
};

const isTooLarge = ({ waitMs }: Refusal): boolean => waitMs === Infinity;
const waitOf = ({ waitMs = 0 }: Refusal): number => Math.max(1, Math.ceil(waitMs));

/** What OpenAI and Groq have in common: the kind of limit as the type, one code for all. */
const typed = ({ kind }: Refusal, message: string): VendorError => ({
  status: 429,
  message,
  type: kind === 'tpm' ? 'tokens' : 'requests',
  code: 'rate_limit_exceeded',
});

function openaiRefusal(refusal: Refusal, model: string): VendorError {
  const { kind, limit, used, requested } = refusal;
  const visit = 'Visit https://platform.openai.com/account/rate-limits to learn more.';
  if (kind === 'concurrency')
    return typed(refusal, `Request reached organization max concurrency: ${limit}, please try again later.`);
  const place = `${model} in organization org-mock on ${OPENAI[kind]}: Limit ${limit}`;
  if (isTooLarge(refusal))
    return typed(
      refusal,
      `Request too large for ${place}, Requested ${requested}. The input or output tokens must be reduced in order to run successfully. ${visit}`,
    );
  const wait = goDuration(waitOf(refusal));
  return typed(
    refusal,
    `Rate limit reached for ${place}, Used ${used}, Requested ${requested}. Please try again in ${wait}. ${visit}`,
  );
}

function groqRefusal(refusal: Refusal, model: string): VendorError {
  const { kind, limit, used, requested } = refusal;
  if (kind === 'concurrency') return typed(refusal, `Too many concurrent requests for model \`${model}\`.`);
  const place = `model \`${model}\` in organization \`org_mock\` service tier \`on_demand\` on ${GROQ[kind]}: Limit ${limit}`;
  if (isTooLarge(refusal))
    return {
      ...typed(
        refusal,
        `Request too large for ${place}, Requested ${requested}, please reduce your message size and try again.`,
      ),
      status: 413,
    };
  const wait = goDuration(waitOf(refusal));
  return typed(
    refusal,
    `Rate limit reached for ${place}, Used ${used}, Requested ${requested}. Please try again in ${wait}.`,
  );
}

function anthropicRefusal({ kind, limit }: Refusal): VendorError {
  if (kind === 'concurrency')
    return {
      status: 429,
      message: 'Number of concurrent connections has exceeded your rate limit. Please try again later.',
    };
  return {
    status: 429,
    message: `This request would exceed your organization's rate limit of ${limit.toLocaleString('en-US')} ${ANTHROPIC[kind]}. Please reduce the prompt length or the maximum tokens requested, or try again later.`,
  };
}

function googleRefusal(refusal: Refusal, model: string): VendorError {
  const { kind, limit } = refusal;
  if (kind === 'concurrency')
    return { status: 429, message: 'Resource has been exhausted (e.g. check quota).' };
  const [name, id] = GOOGLE[kind];
  const metric = `generativelanguage.googleapis.com/${name}`;
  const waitMs = isTooLarge(refusal) ? undefined : waitOf(refusal);
  const retry = waitMs === undefined ? '' : `\nPlease retry in ${waitMs / 1_000}s.`;
  return {
    status: 429,
    message: `You exceeded your current quota, please check your plan and billing details.\n* Quota exceeded for metric: ${metric}, limit: ${limit}, model: ${model}${retry}`,
    quota: { id, metric, limit, model },
    waitMs,
  };
}

/** A refusal in the words of the pool's vendor; the wire it goes out on gives it its shape. */
export function refusalError({ voice }: LimitPool, refusal: Refusal, model: string): VendorError {
  switch (voice) {
    case 'openai':
      return openaiRefusal(refusal, model);
    case 'groq':
      return groqRefusal(refusal, model);
    case 'anthropic':
      return anthropicRefusal(refusal);
    case 'gemini':
      return googleRefusal(refusal, model);
    case 'none':
      return { status: 429, message: 'Too Many Requests' };
  }
}
