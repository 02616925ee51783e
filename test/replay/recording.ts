import { isObject, type Json, type JsonObject } from '@turnpike/kernel';

/** A body as it was recorded. `base64` holds bytes that are no text, compressed ones too. */
export type RecordedBody =
  | { readonly kind: 'json'; readonly value: Json }
  | { readonly kind: 'text' | 'base64'; readonly value: string }
  | { readonly kind: 'none' };

/** Names in lower case; a header that came several times has several values. */
export type RecordedHeaders = Readonly<Record<string, readonly string[]>>;

/** One exchange with a provider, and where it stands. */
export interface Recording {
  /** `file:line` below the folder that is replayed. */
  readonly place: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: RecordedHeaders;
    readonly body: RecordedBody;
  };
  readonly response: {
    readonly status: number;
    readonly headers: RecordedHeaders;
    readonly body: RecordedBody;
  };
}

/** A line that holds no exchange. */
export interface Malformed {
  readonly place: string;
  readonly problem: string;
}

const valuesOf = (value: Json | undefined): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((one) =>
    typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean' ? [String(one)] : [],
  );

/** An object of values or of lists, or a list of pairs: recorders write all three. */
function readHeaders(value: Json | undefined): RecordedHeaders {
  const pairs: [string, Json | undefined][] = isObject(value)
    ? Object.entries(value)
    : Array.isArray(value)
      ? value.flatMap((pair) => {
          if (Array.isArray(pair) && typeof pair[0] === 'string') return [[pair[0], pair[1]]];
          if (isObject(pair) && typeof pair.name === 'string') return [[pair.name, pair.value]];
          return [];
        })
      : [];
  const headers = new Map<string, string[]>();
  for (const [name, given] of pairs) {
    const known = headers.get(name.toLowerCase()) ?? [];
    headers.set(name.toLowerCase(), [...known, ...valuesOf(given)]);
  }
  return Object.fromEntries(headers);
}

/** @throws TypeError with what is wrong. */
function readBody(value: Json | undefined, whose: string): RecordedBody {
  if (value === undefined || value === null) return { kind: 'none' };
  if (typeof value === 'string') return { kind: 'text', value };
  if (!isObject(value)) throw new TypeError(`the body of the ${whose} is neither an object nor a text`);
  const { kind, value: held } = value;
  if (kind === 'none') return { kind };
  if (kind === 'json') return held === undefined ? { kind: 'none' } : { kind, value: held };
  if ((kind === 'text' || kind === 'base64') && typeof held === 'string') return { kind, value: held };
  throw new TypeError(`the body of the ${whose} has no kind json, text, base64 or none with its value`);
}

function readStatus(response: JsonObject): number {
  const { status } = response;
  const code = isObject(status) ? status.code : (status ?? response.status_code);
  const number = typeof code === 'string' ? Number(code) : code;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 100 && number <= 599) return number;
  throw new TypeError('the response has no status from 100 to 599');
}

/** @throws TypeError with what is wrong. */
function readExchange(value: unknown, place: string): Recording {
  if (!isObject(value)) throw new TypeError('no object');
  const { request, response } = value;
  if (!isObject(request)) throw new TypeError('no request');
  if (!isObject(response)) throw new TypeError('no response');
  const url = request.url ?? request.uri;
  if (typeof url !== 'string') throw new TypeError('the request has no url');
  return {
    place,
    request: {
      method: typeof request.method === 'string' ? request.method.toUpperCase() : 'GET',
      url,
      headers: readHeaders(request.headers),
      body: readBody(request.body, 'request'),
    },
    response: {
      status: readStatus(response),
      headers: readHeaders(response.headers),
      body: readBody(response.body, 'response'),
    },
  };
}

/** One line, or one element of a list, as an exchange. Never throws. */
export function readRecording(value: unknown, place: string): Recording | Malformed {
  try {
    return readExchange(value, place);
  } catch (error) {
    return { place, problem: `malformed recording: ${(error as Error).message}` };
  }
}

/** Bytes of a body as they were recorded; undefined: there is none. */
export function bytesOf(body: RecordedBody): Buffer | undefined {
  switch (body.kind) {
    case 'none':
      return undefined;
    case 'json':
      return Buffer.from(JSON.stringify(body.value));
    case 'text':
      return Buffer.from(body.value);
    case 'base64':
      return Buffer.from(body.value, 'base64');
  }
}
