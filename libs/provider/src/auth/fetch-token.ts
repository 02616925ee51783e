import { isIP } from 'node:net';
import { Agent, request } from 'undici';
import { createGuardedLookup, denyReason } from '../adapters/address-guard';
import { CredentialFailure } from '../domain/authorizer';
import type { FreshToken } from './kept-token';

/** Token endpoints answer in well under a second. */
const LIMIT_MS = 10_000;
/** A token endpoint that says more than this is none. */
const LARGEST_ANSWER = 64 * 1024;
/** What a lifetime is taken for that is not stated. */
const DEFAULT_LIFE_S = 300;

/** Addresses come from the configuration alone, private ones included; those of cloud metadata are none of them. */
const agent = new Agent({
  connect: { timeout: 5_000, lookup: createGuardedLookup(true) },
  keepAliveTimeout: 1_000,
  headersTimeout: LIMIT_MS,
  bodyTimeout: LIMIT_MS,
});

const refused = (status: number, code: string): CredentialFailure => {
  const why = `the token endpoint answered ${status}${code === '' ? '' : ` (${code})`}`;
  // 408, 429 and 5xx say nothing of the credential.
  const passing = status >= 500 || status === 408 || status === 429;
  return new CredentialFailure(passing ? 'unreachable' : 'refused', why);
};

/** The answer's error code: a word of the standard, never the sentence beside it. */
function errorCodeOf(answer: unknown): string {
  const { error } = (answer ?? {}) as { error?: unknown };
  return typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? error : '';
}

const positive = (value: unknown): number | undefined => {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : undefined;
};

function readToken(status: number, text: string, nowMs: number): FreshToken<string> {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  if (status < 200 || status >= 300) throw refused(status, errorCodeOf(answer));
  const { access_token: value, expires_in: life } = (answer ?? {}) as Record<string, unknown>;
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value))
    throw new CredentialFailure('unreachable', 'the token endpoint answered without a token');
  return { value, expiresAtMs: nowMs + (positive(life) ?? DEFAULT_LIFE_S) * 1_000 };
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > LARGEST_ANSWER)
      throw new CredentialFailure('unreachable', 'the token endpoint answered too much');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Asks an OAuth 2.0 token endpoint. Redirects are not followed and proxies of the environment not used.
 * @throws CredentialFailure
 */
export async function fetchToken(
  url: string,
  form: Readonly<Record<string, string>>,
  nowMs: number,
): Promise<FreshToken<string>> {
  // A literal address never reaches the resolver, so it is checked here.
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && denyReason(host, true) !== undefined)
    throw new CredentialFailure('refused', 'the address of the token endpoint is refused');
  try {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(form).toString(),
      dispatcher: agent,
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    return readToken(statusCode, await readText(body), nowMs);
  } catch (error) {
    if (error instanceof CredentialFailure) throw error;
    // The text of a socket error may name internal hosts.
    throw new CredentialFailure('unreachable', 'the token endpoint could not be reached');
  }
}
