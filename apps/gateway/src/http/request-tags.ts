import { hideKeys } from '@turnpike/identity';

/** `x-turnpike-tags: repo=api,branch=main`: what finance may group by. Malformed pairs are left out. */
const NAME = /^[a-z][a-z0-9_.-]{0,31}$/;
const MOST_TAGS = 16;

export function readTags(
  header: string | string[] | undefined,
): Readonly<Record<string, string>> | undefined {
  if (typeof header !== 'string') return undefined;
  const pairs = header.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim().toLowerCase();
    const value = pair.slice(at + 1).trim();
    return at > 0 && NAME.test(name) && value !== '' ? [[name, hideKeys(value).slice(0, 128)] as const] : [];
  });
  return pairs.length > 0 ? Object.fromEntries(pairs.slice(0, MOST_TAGS)) : undefined;
}
