import { isIP } from 'node:net';
import { GatewayError } from '@turnpike/kernel';
import { Agent, buildConnector, request, type Dispatcher } from 'undici';
import { MediaFetcher, type FetchedMedia } from '../domain/media-fetcher';
import { AddressDenied, createGuardedLookup, denyReason } from './address-guard';

const LIMIT_MS = 10_000;
const MOST_BYTES = 20 * 1024 * 1024;
const MOST_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface MediaFetcherOptions {
  /** For tests alone: addresses come from clients, so private ones are never dialled. */
  readonly allowPrivateNetwork?: boolean;
  readonly limitMs?: number;
  readonly mostBytes?: number;
}

const unreachable = (url: string, why: string): GatewayError =>
  new GatewayError(
    'media_unreachable',
    `The file at ${url} could not be fetched (${why}). Send its content as base64.`,
  );

/**
 * Downloads for clients whose target takes no URLs. Only public addresses, checked where the socket opens and again at
 * each redirect; bounded in time, size and hops; no header of the client's goes along.
 */
export class UndiciMediaFetcher extends MediaFetcher {
  private readonly agent: Agent;
  private readonly limitMs: number;
  private readonly mostBytes: number;

  constructor({ allowPrivateNetwork = false, ...options }: MediaFetcherOptions = {}) {
    super();
    this.limitMs = options.limitMs ?? LIMIT_MS;
    this.mostBytes = options.mostBytes ?? MOST_BYTES;
    const connect = buildConnector({
      timeout: this.limitMs,
      lookup: createGuardedLookup(allowPrivateNetwork),
    });
    this.agent = new Agent({
      connections: 16,
      maxResponseSize: this.mostBytes,
      connect: (target, callback) => {
        const host = target.hostname.replace(/^\[|\]$/g, '');
        const reason = isIP(host) ? denyReason(host, allowPrivateNetwork) : undefined;
        if (reason) callback(new AddressDenied(host, reason), null);
        else connect(target, callback);
      },
    });
  }

  async fetch(url: string): Promise<FetchedMedia> {
    const signal = AbortSignal.timeout(this.limitMs);
    try {
      return await this.follow(url, signal);
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      throw unreachable(url, this.wordsFor(error));
    }
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  private async follow(url: string, signal: AbortSignal): Promise<FetchedMedia> {
    let at = url;
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const { statusCode, headers, body } = await request(at, {
        dispatcher: this.agent,
        signal,
        headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'turnpike' },
      });
      if (!REDIRECTS.has(statusCode)) return await this.read(url, { statusCode, headers, body });
      await body.dump();
      const next = String(headers.location ?? '');
      at = URL.canParse(next, at) ? new URL(next, at).href : '';
      if (!/^https?:/.test(at)) throw unreachable(url, 'it redirects to nowhere');
    }
    throw unreachable(url, 'it redirects too often');
  }

  private async read(
    url: string,
    { statusCode, headers, body }: Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>,
  ): Promise<FetchedMedia> {
    if (statusCode !== 200) {
      await body.dump();
      throw unreachable(url, `the server answered ${statusCode}`);
    }
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > this.mostBytes) throw unreachable(url, this.tooLarge());
      chunks.push(chunk);
    }
    if (length === 0) throw unreachable(url, 'it is empty');
    const type = headers['content-type'];
    return { bytes: Buffer.concat(chunks), ...(typeof type === 'string' && { contentType: type }) };
  }

  private tooLarge(): string {
    return `it is larger than ${Math.floor(this.mostBytes / 1024)} KiB`;
  }

  /** Nothing of the network behind the gateway is told: a client could map it. */
  private wordsFor(error: unknown): string {
    const { name, code } = error as { name?: string; code?: string };
    if (error instanceof AddressDenied) return 'its address is not public';
    if (name === 'TimeoutError' || name === 'AbortError') return `it took longer than ${this.limitMs} ms`;
    if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return this.tooLarge();
    return 'the server could not be reached';
  }
}
