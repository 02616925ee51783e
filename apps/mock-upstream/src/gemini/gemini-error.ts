import type { JsonObject } from '@turnpike/kernel';
import type { ErrorWording, VendorError } from '../wire/vendor-error';

const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  413: 'INVALID_ARGUMENT',
  422: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};
const WORDINGS: Record<ErrorWording, string> = {
  credit: 'You exceeded your current quota, please check your plan and billing details.',
  context: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
  model:
    'models/no-such-model is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.',
  capacity: 'The model is overloaded. Please try again later.',
  filter: 'The request was blocked due to prohibited content.',
  key: 'API key not valid. Please pass a valid API key.',
};
const TYPE = 'type.googleapis.com/google.rpc';

const quota = (id: string, value: JsonObject): JsonObject => ({
  '@type': `${TYPE}.QuotaFailure`,
  violations: [
    {
      quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
      quotaId: id,
      quotaDimensions: { location: 'global', model: 'gemini' },
      ...value,
    },
  ],
});

/** A quota that was really used up. */
const spentQuota = ({ id, metric, limit, model }: NonNullable<VendorError['quota']>): JsonObject =>
  quota(id, {
    quotaMetric: metric,
    quotaDimensions: { location: 'global', model },
    quotaValue: String(limit),
  });

/** How a 429 tells which quota is spent and how long to wait; the daily one tells a short wait that is not true. */
function limitDetails({ limit, quota: spent, waitMs = 1000 }: VendorError): JsonObject[] {
  const retry = { '@type': `${TYPE}.RetryInfo`, retryDelay: `${waitMs / 1000}s` };
  const help = { '@type': `${TYPE}.Help`, links: [{ description: 'Learn more about Gemini API quotas' }] };
  if (spent) return [spentQuota(spent), help, retry];
  const family = 'PerProjectPerModel-FreeTier';
  switch (limit) {
    case 'google':
      return [quota(`GenerateRequestsPerMinute${family}`, { quotaValue: '15' }), help, retry];
    case 'google-day':
      return [quota(`GenerateRequestsPerDay${family}`, { quotaValue: '250' }), help, retry];
    case 'google-zero':
      return [quota(`GenerateRequestsPerDay${family}`, {}), help, retry];
    default:
      return [];
  }
}

function detailsOf(error: VendorError): JsonObject[] {
  if (error.wording === 'key')
    return [{ '@type': `${TYPE}.ErrorInfo`, reason: 'API_KEY_INVALID', domain: 'googleapis.com' }];
  if (error.status === 429) return limitDetails(error);
  return [];
}

/** An error in Google's shape. */
export function geminiError(error: VendorError): JsonObject {
  const details = detailsOf(error);
  const spoken = error.wording ? WORDINGS[error.wording] : error.message;
  const zero =
    error.limit === 'google-zero' ? ' * Quota exceeded for metric: free_tier_requests, limit: 0' : '';
  return {
    error: {
      code: error.status,
      message: error.param ? `${error.param}: ${spoken}` : spoken + zero,
      status: STATUSES[error.status] ?? 'INTERNAL',
      ...(details.length ? { details } : {}),
    },
  };
}
