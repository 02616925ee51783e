import { isObject, type Json, type JsonObject } from '@turnpike/kernel';

/** What one object of an error body says by itself. */
export interface ErrorLayer {
  readonly parts: readonly string[];
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
  readonly codes: readonly string[];
  readonly status?: number;
  readonly sources: readonly JsonObject[];
}

export interface LayerReading {
  readonly layer: ErrorLayer;
  /** Sentences that may hold more JSON. */
  readonly encoded: readonly string[];
  /** Where the same voice goes on. */
  readonly inner: readonly Json[];
  /** Where somebody else is quoted. */
  readonly quoted: readonly Json[];
  readonly headers: Readonly<Record<string, string>>;
  readonly relayed: boolean;
}

const TEXTS = [
  'message',
  'msg',
  'Message',
  'error_message',
  'error_msg',
  'status_msg',
  'error_description',
] as const;
const MORE_TEXTS = ['error', 'detail', 'title', 'details', 'description'] as const;
const CODES = [
  'code',
  'type',
  'status',
  'error_code',
  'err_code',
  'status_code',
  'reason',
  'error_type',
  '__type',
  'limit_source',
] as const;
const STATUSES = [
  'status_code',
  'status',
  'code',
  'http_code',
  'http_status',
  'raw_status_code',
  'error_code',
] as const;
/** Names of envelopes and events, not of errors. */
const NO_CODES = new Set(['error', 'response.failed', 'response.error', 'object']);
/** A code is a word: a longer string is a sentence that sits in the wrong member. */
const MAX_CODE = 120;

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;

const codeOf = (value: Json | undefined): string | undefined => {
  const text = typeof value === 'number' ? String(value) : textOf(value);
  return text === undefined || text.length > MAX_CODE ? undefined : text.trim();
};

function statusOf(object: JsonObject): number | undefined {
  for (const name of STATUSES) {
    const value = object[name];
    const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
    if (typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599)
      return status;
  }
  return undefined;
}

/** google.rpc details: reasons and quota ids decide, descriptions are text. */
function readDetails(details: Json | undefined): { codes: string[]; parts: string[]; sources: JsonObject[] } {
  const found = { codes: [] as string[], parts: [] as string[], sources: [] as JsonObject[] };
  if (!Array.isArray(details)) return found;
  for (const detail of details.slice(0, 20).filter(isObject)) {
    found.sources.push(detail);
    if (isObject(detail.metadata)) found.sources.push(detail.metadata);
    push(found.codes, codeOf(detail.reason));
    for (const violation of (Array.isArray(detail.violations) ? detail.violations : [])
      .slice(0, 20)
      .filter(isObject)) {
      push(found.codes, codeOf(violation.quotaId));
      if (violation.quotaValue === '0' || violation.quotaValue === 0) found.codes.push('quota_value_0');
      push(found.parts, textOf(violation.description));
    }
  }
  return found;
}

const push = (list: string[], value: string | undefined): void => {
  if (value !== undefined) list.push(value);
};

function readHeaders(...values: readonly (Json | undefined)[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of values
    .filter(isObject)
    .flatMap((value) => Object.entries(value).slice(0, 64))) {
    if (typeof value === 'string' || typeof value === 'number') headers[name.toLowerCase()] ??= String(value);
  }
  return headers;
}

/** FastAPI and its kin: a list of complaints with the place of each. */
function readComplaints(detail: Json | undefined): { parts: string[]; param?: string } {
  const first = Array.isArray(detail) ? detail.find(isObject) : undefined;
  if (first === undefined) return { parts: [] };
  const place = Array.isArray(first.loc)
    ? first.loc.filter((step) => typeof step === 'string' || typeof step === 'number')
    : [];
  return {
    parts: [textOf(first.msg) ?? textOf(first.message) ?? ''],
    param: place.length > 0 ? place.join('.').slice(0, MAX_CODE) : undefined,
  };
}

function innerOf(object: JsonObject): Json[] {
  const response = isObject(object.response) ? object.response.error : undefined;
  const base =
    isObject(object.base_resp) && object.base_resp.status_code !== 0 ? object.base_resp : undefined;
  const lists = [object.errors, object.error].filter((value) => Array.isArray(value) && value.length > 0);
  const objects = [response, object.error, object.Error, object.detail, object.fault, base].filter(isObject);
  return [...objects, ...(lists as Json[])];
}

function codesOf(object: JsonObject, message: string): string[] {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const innererror = isObject(object.innererror) ? object.innererror : {};
  const details = isObject(object.details) ? object.details : {};
  const deeper = [
    innererror.code,
    details.error_code,
    metadata.error_type,
    metadata.reason,
    metadata.limit_source,
  ];
  const codes = [
    ...CODES.map((name) => codeOf(object[name])),
    ...deeper.map(codeOf),
    // `insufficient balance (1008)` and `Upstream failed: [rate_limit_exceeded] ...`
    /\((\d{4})\)\s*$/.exec(message.slice(-16))?.[1],
    /^[^[]{0,200}\[([a-z_]{4,60})\]/.exec(message)?.[1],
  ];
  return codes
    .filter((code) => code !== undefined)
    .map((code) => code.toLowerCase())
    .filter((code) => !NO_CODES.has(code));
}

/** Reads one object without descending; linear in its size. */
export function readLayer(object: JsonObject): LayerReading {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const details = isObject(object.details) ? object.details : {};
  const google = readDetails(object.details);
  const complaints = readComplaints(object.detail);
  const main = TEXTS.map((name) => textOf(object[name])).find((text) => text !== undefined);
  const texts = [main, ...MORE_TEXTS.map((name) => textOf(object[name]))].filter(
    (text) => text !== undefined,
  );
  const encoded = texts.filter((text) => /^\s*\[|\{/.test(text));
  const sources = [object, metadata, details, ...google.sources].filter(
    (source) => Object.keys(source).length > 0,
  );
  return {
    layer: {
      parts: [...texts.filter((text) => !encoded.includes(text)), ...complaints.parts, ...google.parts],
      type: named(object.type) ?? named(object.error_type) ?? named(object.__type) ?? wordOf(object.status),
      code:
        named(object.code) ??
        named(object.error_code) ??
        numberBeyondHttp(object.status_code) ??
        named(object.reason),
      param: codeOf(object.param) ?? complaints.param,
      codes: [...codesOf(object, main ?? ''), ...google.codes.map((code) => code.toLowerCase())],
      status: statusOf(object),
      sources,
    },
    encoded,
    inner: innerOf(object),
    quoted: [metadata.raw, object.cause, object.upstream_error, object.provider_error].filter(
      (value) => value !== undefined && value !== null,
    ),
    headers: readHeaders(object.headers, metadata.headers),
    relayed: textOf(metadata.provider_name) !== undefined,
  };
}

const named = (value: Json | undefined): string | undefined => {
  const code = codeOf(value);
  return code === undefined || NO_CODES.has(code) ? undefined : code;
};

/** Google names the kind of an error in `status`. */
const wordOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && /^[A-Z][A-Z_]{3,60}$/.test(value) ? value : undefined;

const numberBeyondHttp = (value: Json | undefined): string | undefined =>
  typeof value === 'number' && (value < 100 || value > 599) ? String(value) : undefined;
