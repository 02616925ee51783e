import type { FailureRule } from '../definition';
import { SHARED_CODES, LATE_CODES } from './shared-codes';
import * as says from './wordings';

const REFUSED = [400, 401, 403, 404, 412, 422];
const REQUEST = [400, 404, 413, 422];

/** 429: rate limits, and what hides behind them. */
const LIMITED: readonly FailureRule[] = [
  // What this one request asks for is not in the plan; everything else on the credential goes on.
  {
    status: [429, 403, 400],
    phrase:
      /\brequired for (?:long context|fast mode|1m|extended)|\bnot yet available for this subscription\b/i,
    class: 'caller',
  },
  { status: [429], phrase: /\berror code:? ?1015\b/i, class: 'rate_minute', scope: 'group' },
  { status: [429, 403], phrase: /\bneurons\b/i, class: 'rate_long', scope: 'group', midnight: 'UTC' },
  { status: [429], phrase: /\blimit: ?0\b(?!\.\d)/i, class: 'credit', scope: 'model' },
  {
    status: [429],
    code: ['resource_exhausted'],
    phrase: /\bdaily\b|\bper day\b/i,
    class: 'rate_long',
    scope: 'model',
    midnight: 'America/Los_Angeles',
  },
  { status: [429], phrase: says.CAPACITY, class: 'overload' },
  { status: [429], phrase: says.MONEY, class: 'credit' },
  { status: [429], phrase: /\brequest too large for\b/i, class: 'context_length' },
  { status: [429], phrase: says.WINDOW, class: 'rate_long' },
];

/** 4xx of the request itself, and what hides behind those. Money, filter, window and address come before the key. */
const REFUSALS: readonly FailureRule[] = [
  { status: REFUSED, phrase: says.MONEY, class: 'credit' },
  { status: REFUSED, phrase: says.ADDRESS, class: 'auth', scope: 'group' },
  { status: REFUSED, phrase: says.ACCOUNT, class: 'auth' },
  { status: [400, 403, 413, 422, 451], phrase: says.FILTER, class: 'content_filter' },
  { status: REQUEST, phrase: says.OVERFLOW, class: 'context_length' },
  { status: REQUEST, phrase: says.OUTPUT_CAP, class: 'caller' },
  { status: REQUEST, phrase: says.TOKEN_LIMIT, class: 'context_length' },
  { status: [401, 403], phrase: says.WINDOW, class: 'rate_long' },
  { status: [400, 401, 403], phrase: says.RATE, class: 'rate_minute' },
  { status: [404], phrase: says.OTHER_THING_GONE, class: 'caller' },
  { status: [400, 401, 403], phrase: says.MODEL_ACCESS, class: 'auth', scope: 'model' },
  ...LATE_CODES,
  { status: [400, 404, 422], phrase: says.KEY, class: 'auth' },
  { status: [400, 403, 422], phrase: says.MODEL_GONE, class: 'target_gone' },
  { status: [400, 404, 422], phrase: says.CAPACITY, class: 'overload' },
];

/** A plain 500 may hide what its sentence says; 502, 504 and the 520s come from machines in between and may not. */
const BROKEN: readonly FailureRule[] = [
  {
    status: [500],
    phrase: /\binsufficient (?:account |user )?(?:balance|credits?)\b|余额不足|欠费/i,
    class: 'credit',
  },
  { status: [500], phrase: says.OVERFLOW, class: 'context_length' },
  { status: [500], phrase: says.CAPACITY, class: 'overload' },
];

/** An error inside a 200 that states no status at all. */
const UNSTATED: readonly FailureRule[] = [
  { status: [200], phrase: says.MONEY, class: 'credit' },
  { status: [200], phrase: says.FILTER, class: 'content_filter' },
  { status: [200], phrase: says.OVERFLOW, class: 'context_length' },
  { status: [200], phrase: says.CAPACITY, class: 'overload' },
  { status: [200], phrase: says.KEY, class: 'auth' },
  { status: [200], phrase: says.WINDOW, class: 'rate_long' },
  { status: [200], phrase: says.RATE, class: 'rate_minute' },
  { status: [200], phrase: says.QUOTA, class: 'rate_minute' },
  { status: [200], phrase: says.MODEL_GONE, class: 'target_gone' },
];

export const SHARED_RULES: readonly FailureRule[] = [
  ...SHARED_CODES,
  ...LIMITED,
  ...REFUSALS,
  ...BROKEN,
  ...UNSTATED,
];
