import { request } from 'undici';
import type { Fleet } from './open-fleet';

export type Dialect = 'chat' | 'messages';

export interface Question {
  readonly model: string;
  /** Default: chat. */
  readonly dialect?: Dialect;
  readonly prompt?: string;
  /** In place of the prompt. */
  readonly messages?: readonly object[];
  readonly stream?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly members?: object;
  readonly timeoutMs?: number;
}

/** What a client saw of one call. Times are milliseconds since the epoch, as in journals. */
export interface Told {
  /** 0: no answer at all. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly sentAtMs: number;
  /** When the first text of a stream, or the whole answer, was there. */
  readonly contentAtMs: number | undefined;
  /** When the error event of a stream was there. */
  readonly errorAtMs: number | undefined;
  readonly endedAtMs: number;
  /** From the first byte to the last, finer than the times. */
  readonly tookMs: number;
  readonly failure: string | undefined;
}

/** Where each dialect is spoken, by the gateways and by providers. */
export const PATHS: Readonly<Record<Dialect, string>> = {
  chat: '/v1/chat/completions',
  messages: '/v1/messages',
};
const CONTENT = /"content":"[^"]|"text_delta"/;
const ERROR = /"error":\s*\{/;
const TIMEOUT_MS = 60_000;

function bodyOf({ model, dialect = 'chat', prompt = 'hi', messages, stream, members }: Question): string {
  return JSON.stringify({
    model,
    messages: messages ?? [{ role: 'user', content: prompt }],
    ...(dialect === 'messages' ? { max_tokens: 1_000 } : {}),
    ...(stream ? { stream: true } : {}),
    ...members,
  });
}

/** Notes when what a client waits for was there. */
class Reading {
  status = 0;
  headers: Record<string, string> = {};
  text = '';
  contentAtMs: number | undefined;
  errorAtMs: number | undefined;
  private readonly startedAt = performance.now();
  private readonly decoder = new TextDecoder();

  constructor(readonly sentAtMs: number) {}

  take(chunk: Uint8Array): void {
    this.text += this.decoder.decode(chunk, { stream: true });
    if (this.contentAtMs === undefined && CONTENT.test(this.text)) this.contentAtMs = Date.now();
    if (this.errorAtMs === undefined && ERROR.test(this.text)) this.errorAtMs = Date.now();
  }

  ended(failure?: unknown): Told {
    const { status, headers, text, sentAtMs, contentAtMs, errorAtMs } = this;
    const why = failure === undefined ? undefined : String(failure);
    const tookMs = performance.now() - this.startedAt;
    const endedAtMs = Date.now();
    return { status, headers, text, sentAtMs, contentAtMs, errorAtMs, endedAtMs, tookMs, failure: why };
  }
}

/** One call at the gateway of this index, counted round the fleet; never throws. */
export async function askFleet(fleet: Fleet, n: number, question: Question): Promise<Told> {
  const replica = fleet.replicas[n % fleet.replicas.length];
  if (!replica) throw new Error('no replica');
  const reading = new Reading(Date.now());
  try {
    const answer = await request(replica.url + PATHS[question.dialect ?? 'chat'], {
      dispatcher: fleet.agent,
      method: 'POST',
      signal: AbortSignal.timeout(question.timeoutMs ?? TIMEOUT_MS),
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${fleet.key}`,
        'anthropic-version': '2023-06-01',
        ...question.headers,
      },
      body: bodyOf(question),
    });
    reading.status = answer.statusCode;
    for (const [name, value] of Object.entries(answer.headers))
      if (value !== undefined) reading.headers[name] = String(value);
    for await (const chunk of answer.body) reading.take(chunk as Uint8Array);
    return reading.ended();
  } catch (error) {
    return reading.ended(error);
  }
}

/** Calls that are made at the same moment, round the fleet. */
export const askAtOnce = (fleet: Fleet, count: number, question: (n: number) => Question): Promise<Told[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => askFleet(fleet, n, question(n))));

/** Every gateway serves some calls of no interest: the first ones of a process are slow. */
export async function warmUp(fleet: Fleet, model: string): Promise<void> {
  for (let round = 0; round < 10; round++)
    await askAtOnce(fleet, 4 * fleet.replicas.length, () => ({ model }));
}
