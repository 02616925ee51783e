/** What stood behind a URL of a client's request. */
export interface FetchedMedia {
  readonly bytes: Buffer;
  /** As the server stated it; the bytes decide where they are of a known kind. */
  readonly contentType?: string;
}

/** Fetches media that a target cannot fetch itself. */
export abstract class MediaFetcher {
  /** @throws GatewayError media_unreachable, with the URL and the cause in a sentence for the caller. */
  abstract fetch(url: string): Promise<FetchedMedia>;
}
