import { UPSTREAM_DIALECTS } from '@turnpike/dialects';
import { GatewayError } from '@turnpike/kernel';
import {
  base64Source,
  urlsToFetch,
  type ChatRequest,
  type MediaSource,
  type WantsBytes,
} from '@turnpike/protocol';
import type { MediaFetcher, Target } from '@turnpike/provider';
import { lackingMedia } from './media-policy';

/** More files by URL than anybody means to send. */
const MOST_URLS = 20;

/** Which parts a target has to be given as bytes; what it cannot take at all, nobody fetches. */
export const wantsBytes = (target: Target): WantsBytes => {
  const { takesUrl } = UPSTREAM_DIALECTS[target.dialect];
  const lacking = lackingMedia(target);
  const { fetchesUrls } = target.capabilities;
  return (part) => !lacking.has(part.kind) && (fetchesUrls === false || takesUrl?.(part) === false);
};

/** False for targets that take every URL: then nobody has to look. */
export const mayWantBytes = ({ dialect, capabilities }: Target): boolean =>
  capabilities.fetchesUrls === false || UPSTREAM_DIALECTS[dialect].takesUrl !== undefined;

/**
 * Fetches what a target cannot, into `into`; what is there already is not fetched again. undefined: nothing is missing.
 * @throws GatewayError media_unreachable; invalid_request for bytes of no known kind.
 */
export function gatherMedia(
  request: ChatRequest,
  target: Target,
  into: Map<string, MediaSource>,
  media: MediaFetcher,
): Promise<unknown> | undefined {
  const urls = urlsToFetch(request, wantsBytes(target)).filter((url) => !into.has(url));
  if (urls.length === 0) return undefined;
  if (urls.length > MOST_URLS)
    throw new GatewayError(
      'media_unreachable',
      `The request names ${urls.length} files by URL that would have to be fetched; ${MOST_URLS} are allowed. Send content as base64.`,
    );
  return Promise.all(
    urls.map(async (url) => {
      const { bytes, contentType } = await media.fetch(url);
      into.set(url, base64Source(bytes.toString('base64'), contentType, url));
    }),
  );
}
