import type { VendorError } from '@turnpike/protocol';

/** Bytes of UTF-8. */
const MAX_MESSAGE = 2_048;
const MAX_WORD = 200;
/** Text that is cleaned: more than is shown, so that no secret is cut in half at the edge of what is shown. */
const MAX_CLEANED = 8_192;

const REMOVED = '[removed]';

const INTERNAL_HOST =
  /^(?:localhost|[a-z0-9-]{1,63}|[a-z0-9.-]{1,200}\.(?:internal|local|localdomain|lan|corp|intranet|svc|cluster\.local|home\.arpa)|internal\.[a-z0-9.-]{1,200}|(?:10|127)\.[\d.]{5,11}|192\.168\.[\d.]{3,7}|172\.(?:1[6-9]|2\d|3[01])\.[\d.]{3,7}|169\.254\.[\d.]{3,7}|\[[0-9a-f:]{2,39}\])$/i;

/** Public documentation stays; queries, user info and everything inside our or their network go. */
function cleanUrl(url: string): string {
  const [, scheme = '', authority = '', path = ''] =
    /^([a-z][a-z0-9+.-]{0,15}:\/\/)([^/?#]{0,300})([^?#]{0,2000})/i.exec(url) ?? [];
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (INTERNAL_HOST.test(host.replace(/:\d{1,5}$/, ''))) return REMOVED;
  return `${scheme}${host}${path}`;
}

const RULES: readonly (readonly [RegExp, string | ((match: string) => string)])[] = [
  [/\b[a-z][a-z0-9+.-]{1,15}:\/\/[^\s"'<>)\]，。]{1,2000}/gi, cleanUrl],
  [/\b(?:Bearer|Basic)\s{1,3}(?=[\w.~+/=*-]{0,40}\d|[\w.~+/=*-]{20})[\w.~+/=*-]{6,2000}/gi, REMOVED],
  [/\beyJ[\w-]{8,2000}(?:\.[\w-]{1,4000}){0,2}/g, REMOVED],
  [
    /\b(?:sk|pk|rk|ak|gsk|xai|nvapi|csk|fw|hf|tgp|r8|pplx|ghp|gho|ghu|ghs|github_pat|glpat|xox[abp]|tpk|tpa|dop|AKIA|ASIA)[-_][\w*.-]{4,500}/g,
    REMOVED,
  ],
  [/\bsk-[\w*.-]{2,500}/g, REMOVED],
  [/\b(?:AIza|ya29\.|AKIA|ASIA)[\w*.-]{6,500}/g, REMOVED],
  // Keys that the vendor masked itself still tell their ends.
  [/(?<![\w*])[\w-]{1,64}\*{3,64}[\w*-]{0,64}/g, REMOVED],
  [/\*{3,64}[\w-]{1,64}/g, REMOVED],
  [
    /\b((?:api[ _-]?key|access[ _-]?token|secret|password|authorization|x-api-key)(?: provided)?["']?\s{0,3}[:=]\s{0,3}["']?)(?!\[removed\])[^\s"',;]{4,500}/gi,
    `$1${REMOVED}`,
  ],
  [
    /<?\b(?:org|proj|user|acct|account|team|tenant|ws|wrkspc|cus)[-_](?=[\w-]{0,60}[\dA-Z])[\w-]{3,100}>?/g,
    REMOVED,
  ],
  [
    /\b((?:organi[sz]ation|team|account|tenant|project)s?(?: id)?[ :=]{1,3})[(<`'"]{0,2}(?=[\w-]{0,60}\d)[\w-]{6,100}[)>`'"]{0,2}/gi,
    `$1${REMOVED}`,
  ],
  [
    /\b([Oo]rgani[sz]ation|[Tt]eam|[Aa]ccount|[Tt]enant|[Pp]roject) [A-Z0-9_-]{4,100}(?![\w-])/g,
    `$1 ${REMOVED}`,
  ],
  [
    /\b(organi[sz]ation|team|account|tenant|project) (?:\([\w.@-]{1,100}\)|[`'"<][\w.@-]{1,100}[`'">])/gi,
    `$1 ${REMOVED}`,
  ],
  [/\bprojects\/[\w.:-]{1,100}/gi, `projects/${REMOVED}`],
  [/\barn:[\w:/.-]{4,300}/gi, REMOVED],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, REMOVED],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g, REMOVED],
  [
    /(?<![\d.])(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254)(?:\.\d{1,3}){2,3}(?::\d{1,5})?(?![\d.])/g,
    REMOVED,
  ],
  [/\byou \([\w.@-]{1,80}\)/gi, 'you'],
  [/\b[\w.-]{1,200}\.(?:internal|local|localdomain|svc|corp|lan|intranet)(?::\d{1,5})?(?![\w-])/gi, REMOVED],
  // A long run that mixes letters and digits may be a credential; ids of requests are none.
  [
    /(?<![\w-])(?!(?:req|msg|resp|gen|chatcmpl)[_-])[\w-]{0,64}?(?=[A-Za-z]{0,40}\d)(?=\d{0,40}[A-Za-z])[A-Za-z0-9]{20,2000}[\w-]{0,500}/g,
    REMOVED,
  ],
];

const SPACE = /\s/;

/** Where the last word before `end` begins: it may be cut in half, and half a secret is not recognised. */
function lastSpace(text: string, end: number): number {
  let at = end;
  while (at > 0 && !SPACE.test(text.charAt(at - 1))) at--;
  return at;
}

function cleanText(text: string, limit: number): string {
  let cleaned = text.slice(0, text.length > MAX_CLEANED ? lastSpace(text, MAX_CLEANED) : text.length);
  cleaned = cleaned.replace(/\p{Cc}{1,64}/gu, ' ');
  for (const [pattern, replacement] of RULES) {
    cleaned =
      typeof replacement === 'string'
        ? cleaned.replace(pattern, replacement)
        : cleaned.replace(pattern, replacement);
  }
  return cutBytes(cleaned.trim(), limit);
}

function cutBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  return `${bytes
    .subarray(0, limit - 3)
    .toString()
    .replace(/\uFFFD{1,3}$/, '')}…`;
}

const cleanWord = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : cleanText(text, MAX_WORD);

/** A vendor's error as it may be shown: no secrets, no account ids, no internal addresses, at most 2 KiB. */
export function cleanVendorError(error: VendorError): VendorError {
  const type = cleanWord(error.type);
  const code = cleanWord(error.code);
  const param = cleanWord(error.param);
  return {
    message: cleanText(error.message, MAX_MESSAGE) || REMOVED,
    ...(type !== undefined && { type }),
    ...(code !== undefined && { code }),
    ...(param !== undefined && { param }),
  };
}
