import type { Json, Secret } from '@turnpike/kernel';
import type { Failure, VendorError } from '@turnpike/protocol';

/** So many characters of a credential in a row are no coincidence. */
const FRAGMENT = 8;
const REMOVED = '[removed]';

/** A credential as vendors and proxies write it back: as it is, percent-encoded, in hex, in base64 at each alignment. */
function spellingsOf(secret: string): string[] {
  const base64 = ['', 'x', 'xx'].map((before) => {
    const text = Buffer.from(before + secret).toString('base64');
    // The characters at the ends also hold bits of what stands around the credential.
    return text.slice(before === '' ? 0 : 4).replace(/.?=*$/, '');
  });
  const spelled = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('hex')];
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const cased = spelled.flatMap((text) => [text.toLowerCase(), text.toUpperCase()]);
  return [...spelled, ...cased, ...base64, ...url];
}

function fragmentsOf(secret: string): ReadonlySet<string> {
  const fragments = new Set<string>();
  for (const spelling of spellingsOf(secret))
    for (let end = FRAGMENT; end <= spelling.length; end++)
      fragments.add(spelling.slice(end - FRAGMENT, end));
  return fragments;
}

function hideIn(text: string, fragments: ReadonlySet<string>): string {
  let out = '';
  let kept = 0;
  for (let end = FRAGMENT; end <= text.length; end++) {
    if (!fragments.has(text.slice(end - FRAGMENT, end))) continue;
    const start = end - FRAGMENT;
    while (end < text.length && fragments.has(text.slice(end + 1 - FRAGMENT, end + 1))) end++;
    out += text.slice(kept, start) + REMOVED;
    kept = end;
    end += FRAGMENT - 1;
  }
  return out + text.slice(kept);
}

function hideDeep(value: Json | undefined, fragments: ReadonlySet<string>): Json | undefined {
  if (typeof value === 'string') return hideIn(value, fragments);
  if (Array.isArray(value)) return value.map((item) => hideDeep(item, fragments) ?? null);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hideDeep(item, fragments)]));
}

/**
 * The failure without the credential that was used, whole or in parts: patterns know how keys of vendors look, this
 * knows the very key. Linear in the vendor's words, which are at most a few kilobytes.
 */
export function hideSecret(failure: Failure, secret: string): Failure {
  if (secret.length < FRAGMENT) return failure;
  const vendor = hideDeep({ ...failure.vendor }, fragmentsOf(secret)) as unknown as VendorError;
  return { ...failure, vendor };
}

/** The failure without any of the secrets. */
export const hideSecrets = (failure: Failure, secrets: readonly Secret[]): Failure =>
  secrets.reduce((left, secret) => hideSecret(left, secret.reveal()), failure);
