import type OpenAI from 'openai';
import {
  createMockUpstream,
  type JournalEntry,
  type MockUpstream,
} from '../../../apps/mock-upstream/src/mock-upstream';
import { freshPrefix, freshSecret, REDIS_URL, type GatewaySetting, type TestGateway } from './open-gateway';

export type Answer = OpenAI.Responses.Response & { readonly store?: boolean };

const entry = (more: object, apiKeys = ['k1']): object => ({
  allowPrivateNetwork: true,
  credentials: apiKeys.map((apiKey) => ({ name: apiKey, apiKey })),
  timeouts: { connectMs: 2_000, firstByteMs: 5_000, idleMs: 2_000, totalMs: 20_000 },
  ...more,
});

function configOf(url: string): object {
  const v1 = `${url}/v1`;
  const alias = (...providers: string[]): object => ({
    targets: providers.map((provider) => ({ provider, model: 'demo' })),
  });
  return {
    providers: {
      openai: entry({ use: 'openai', dialect: 'openai-responses', baseUrl: v1 }, ['k1', 'k2']),
      other: entry({ use: 'openai', dialect: 'openai-responses', baseUrl: v1 }, ['k3']),
      plain: entry({ use: 'openai-compatible', dialect: 'openai-responses', baseUrl: v1 }),
      chat: entry({ use: 'openai-compatible', baseUrl: v1 }),
      claude: entry({ use: 'anthropic-compatible', baseUrl: url }),
      gemini: entry({ use: 'gemini-compatible', baseUrl: url }),
    },
    models: {
      stored: alias('openai'),
      other: alias('other'),
      plain: alias('plain'),
      chat: alias('chat'),
      claude: alias('claude'),
      gemini: alias('gemini'),
      mixed: alias('openai', 'chat'),
    },
    passthrough: { enabled: true },
    prices: { overrides: [] },
    unpriced: 'allow',
    resilience: { maxAttempts: 3, deadlineMs: 20_000 },
  };
}

/** A provider that speaks every dialect, and how gateways are set in front of it. */
export class ConversationStage {
  readonly prefix = freshPrefix();
  readonly secret = freshSecret();
  private n = 0;

  private constructor(public mock: MockUpstream) {}

  static async open(): Promise<ConversationStage> {
    return new ConversationStage(await createMockUpstream({ models: ['demo'], paceMs: 0 }));
  }

  /** The provider begins anew on its port: it has forgotten everything. */
  async restartMock(): Promise<void> {
    const { port } = this.mock;
    await this.mock.close();
    this.mock = await createMockUpstream({ models: ['demo'], paceMs: 0, port });
  }

  setting(secretKeys = [this.secret]): GatewaySetting {
    return {
      config: configOf(this.mock.url),
      secretKeys,
      redis: { url: REDIS_URL, prefix: this.prefix },
    };
  }

  /** Something to remember. The provider gives equal answers to equal questions, ids included. */
  freshWord(): string {
    return `the word is rhubarb ${++this.n}`;
  }

  get asked(): number {
    return this.mock.journal.entries.length;
  }

  get last(): JournalEntry {
    const found = this.mock.journal.entries.at(-1);
    if (!found) throw new Error('the provider was not asked');
    return found;
  }

  get sent(): Record<string, unknown> {
    return this.last.body as Record<string, unknown>;
  }

  get sentText(): string {
    return JSON.stringify(this.sent);
  }
}

export const create = (
  gateway: TestGateway,
  model: string,
  more: object,
  person: 'ann' | 'bob' = 'ann',
): Promise<Answer> => gateway.client(person).responses.create({ model, ...more } as never);

export async function stream(gateway: TestGateway, model: string, more: object): Promise<Answer> {
  const body = { model, ...more, stream: true } as never;
  const events = (await gateway
    .client()
    .responses.create(body)) as unknown as AsyncIterable<OpenAI.Responses.ResponseStreamEvent>;
  let end: Answer | undefined;
  for await (const event of events) if (event.type === 'response.completed') end = event.response;
  if (!end) throw new Error('the stream did not end');
  return end;
}

export const go = (previous: Answer, input = 'and what was it?'): object => ({
  previous_response_id: previous.id,
  input,
});
