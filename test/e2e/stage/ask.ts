import type { Stage } from './stage';
import type { ClientDialect } from './gateway-config';

export interface AskOptions {
  readonly dialect: ClientDialect;
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

interface RawCall {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

const turns = (content: string): unknown[] => [{ role: 'user', content }];
const streamed = (stream: boolean | undefined, extra = {}): Record<string, unknown> =>
  stream ? { stream: true, ...extra } : {};

const CALLS: Record<ClientDialect, (options: AskOptions) => RawCall> = {
  chat: ({ model, prompt, stream }) => ({
    path: '/v1/chat/completions',
    body: {
      model,
      messages: turns(prompt),
      ...streamed(stream, { stream_options: { include_usage: true } }),
    },
  }),
  messages: ({ model, prompt, stream }) => ({
    path: '/v1/messages',
    headers: { 'anthropic-version': '2023-06-01' },
    body: { model, messages: turns(prompt), max_tokens: 4096, ...streamed(stream) },
  }),
  responses: ({ model, prompt, stream }) => ({
    path: '/v1/responses',
    body: { model, input: turns(prompt), store: false, ...streamed(stream) },
  }),
  gemini: ({ model, prompt, stream }) => ({
    path: `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: { contents: [{ role: 'user', parts: [{ text: prompt }] }] },
  }),
};

/** One raw call as a plain HTTP client makes it; never throws. */
export async function ask(stage: Stage, options: AskOptions): Promise<Answered> {
  const leave = new AbortController();
  const timer = setTimeout(() => leave.abort(new Error('timed out')), options.timeoutMs ?? 20_000);
  const seen = { status: 0, headers: new Headers(), text: '', hungUp: false };
  try {
    const call = CALLS[options.dialect](options);
    const response = await fetch(stage.url + call.path, {
      method: 'POST',
      signal: leave.signal,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${stage.key}`,
        ...call.headers,
        ...(options.requestId === undefined ? {} : { 'x-request-id': options.requestId }),
      },
      body: JSON.stringify(call.body),
    });
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
