import type { Stage } from './stage';
import type { UpstreamDialect } from './gateway-config';

export interface AskOptions {
  readonly dialect: UpstreamDialect;
  readonly model: string;
  readonly prompt: string;
  readonly stream?: boolean;
  readonly requestId?: string;
  /** Hang up once that many bytes of the answer have come. */
  readonly hangUpAfterBytes?: number;
  readonly timeoutMs?: number;
}

export interface Answered {
  /** 0: no answer at all. */
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** How the connection failed, if it did. */
  readonly failure: string | undefined;
  readonly hungUp: boolean;
}

const bodyOf = ({ dialect, model, prompt, stream }: AskOptions): unknown => ({
  model,
  messages: [{ role: 'user', content: prompt }],
  ...(dialect === 'messages' ? { max_tokens: 4096 } : {}),
  ...(stream ? { stream: true } : {}),
  ...(stream && dialect === 'chat' ? { stream_options: { include_usage: true } } : {}),
});

/** One raw call as a plain HTTP client makes it; never throws. */
export async function ask(stage: Stage, options: AskOptions): Promise<Answered> {
  const leave = new AbortController();
  const timer = setTimeout(() => leave.abort(new Error('timed out')), options.timeoutMs ?? 20_000);
  const seen = { status: 0, headers: new Headers(), text: '', hungUp: false };
  try {
    const response = await fetch(
      `${stage.url}${options.dialect === 'chat' ? '/v1/chat/completions' : '/v1/messages'}`,
      {
        method: 'POST',
        signal: leave.signal,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${stage.key}`,
          ...(options.dialect === 'messages' ? { 'anthropic-version': '2023-06-01' } : {}),
          ...(options.requestId === undefined ? {} : { 'x-request-id': options.requestId }),
        },
        body: JSON.stringify(bodyOf(options)),
      },
    );
    Object.assign(seen, { status: response.status, headers: response.headers });
    const decoder = new TextDecoder();
    let bytes = 0;
    for await (const piece of response.body ?? []) {
      const chunk = piece as Uint8Array;
      seen.text += decoder.decode(chunk, { stream: true });
      bytes += chunk.length;
      if (options.hangUpAfterBytes !== undefined && bytes >= options.hangUpAfterBytes) {
        seen.hungUp = true;
        break;
      }
    }
    return { ...seen, failure: undefined };
  } catch (error) {
    return { ...seen, failure: String(error) };
  } finally {
    clearTimeout(timer);
    if (seen.hungUp) leave.abort();
  }
}

/** Runs `work` over `items`, at most `width` at a time; results in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as T, i);
  };
  await Promise.all(Array.from({ length: width }, lane));
  return results;
}
