import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { VendorError } from '../wire/vendor-error';
import type { WireRequest } from '../wire/wire-request';

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** How far the caller's clock may be off. */
const SKEW_MS = 5 * 60_000;

const refuse = (code: string, message: string): VendorError => ({ status: 403, code, message });
const MISSING = refuse('MissingAuthenticationTokenException', 'Missing Authentication Token');
const INCOMPLETE = refuse(
  'IncompleteSignatureException',
  'Authorization header requires Credential, SignedHeaders and Signature of a request to bedrock.',
);
const UNKNOWN = refuse(
  'UnrecognizedClientException',
  'The security token included in the request is invalid.',
);
const WRONG = refuse(
  'InvalidSignatureException',
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
);

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Uint8Array, data: string): Buffer =>
  createHmac('sha256', key).update(data).digest();

/** RFC 3986, as signing wants it. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

interface Claim {
  readonly keyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

function readClaim(authorization: string): Claim | undefined {
  const read = (name: string): string => new RegExp(`${name}=([^,\\s]+)`).exec(authorization)?.[1] ?? '';
  const [keyId = '', date = '', region = '', service = '', end = ''] = read('Credential').split('/');
  const signedHeaders = read('SignedHeaders').split(';');
  const signature = read('Signature');
  return end === 'aws4_request' && signature && signedHeaders.includes('host')
    ? { keyId, date, region, service, signedHeaders, signature }
    : undefined;
}

/** The access key of a signed request, or the token of a bearer. */
export function awsCredential(authorization = ''): string | undefined {
  if (authorization.startsWith(ALGORITHM)) return readClaim(authorization)?.keyId;
  return /^Bearer (\S+)$/i.exec(authorization)?.[1];
}

function canonicalRequest({ method, url, headers, bytes }: WireRequest, claim: Claim): string {
  const [path = '', query = ''] = url.split('?', 2);
  // Every service but one signs a path whose encoded segments are encoded again.
  const uri = path.split('/').map(encode).join('/');
  const pairs = [...new URLSearchParams(query)].map(([name, value]) => `${encode(name)}=${encode(value)}`);
  const lines = claim.signedHeaders.map(
    (name) =>
      `${name}:${String(headers[name] ?? '')
        .trim()
        .replace(/ +/g, ' ')}\n`,
  );
  return [
    method,
    uri,
    pairs.sort().join('&'),
    lines.join(''),
    claim.signedHeaders.join(';'),
    sha256(bytes),
  ].join('\n');
}

function expectedSignature(wire: WireRequest, claim: Claim, secret: string): string {
  const scope = `${claim.date}/${claim.region}/${claim.service}/aws4_request`;
  const toSign = [
    ALGORITHM,
    String(wire.headers['x-amz-date']),
    scope,
    sha256(canonicalRequest(wire, claim)),
  ];
  const key = [claim.date, claim.region, claim.service, 'aws4_request'].reduce<string | Buffer>(
    (at, step) => hmac(at, step),
    `AWS4${secret}`,
  );
  return hmac(key, toSign.join('\n')).toString('hex');
}

const timeOf = (stamp: string): number =>
  Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** Who may ask: a bearer key, or a signature that one of the known secrets makes over exactly this request. */
export function checkSignature(
  wire: WireRequest,
  secrets: Readonly<Record<string, string>>,
): VendorError | undefined {
  const { headers } = wire;
  const authorization = headers.authorization ?? '';
  if (/^Bearer \S+$/i.test(authorization)) return undefined;
  if (!authorization.startsWith(ALGORITHM)) return MISSING;
  const claim = readClaim(authorization);
  const stamp = String(headers['x-amz-date'] ?? '');
  if (!claim || claim.service !== 'bedrock' || !stamp.startsWith(claim.date)) return INCOMPLETE;
  const secret = Object.hasOwn(secrets, claim.keyId) ? secrets[claim.keyId] : undefined;
  if (secret === undefined) return UNKNOWN;
  const offMs = Math.abs(Date.now() - timeOf(stamp));
  if (!(offMs <= SKEW_MS))
    return refuse(
      'InvalidSignatureException',
      `Signature expired: ${stamp} is ${Math.round(offMs / 1000)} s off.`,
    );
  const unsigned = Object.keys(headers).find(
    (name) => name.startsWith('x-amz-') && !claim.signedHeaders.includes(name),
  );
  const expected = Buffer.from(expectedSignature(wire, claim, secret));
  const given = Buffer.from(claim.signature);
  const same = given.length === expected.length && timingSafeEqual(given, expected);
  return same && unsigned === undefined ? undefined : WRONG;
}
