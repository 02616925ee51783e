import type { QuotaReading } from '@turnpike/protocol';
import { classifyFailure, PROVIDERS, readQuotaHeaders, type ProviderId } from '@turnpike/provider';
import {
  createMockUpstream,
  type LimitPoolOptions,
  type MockUpstream,
} from '../../../apps/mock-upstream/src/mock-upstream';

let mock: MockUpstream;

beforeAll(async () => {
  mock = await createMockUpstream({ paceMs: 0 });
});
afterAll(() => mock.close());

interface Vendor {
  readonly id: ProviderId;
  readonly voice: LimitPoolOptions['headers'];
  readonly path: string;
  readonly body: (text: string) => unknown;
}

const messages = (text: string) => [{ role: 'user', content: text }];
const chat = (text: string) => ({ model: 'm', messages: messages(text) });
const OPENAI: Vendor = { id: 'openai', voice: 'openai', path: '/v1/chat/completions', body: chat };
const GROQ: Vendor = { ...OPENAI, id: 'groq', voice: 'groq' };
const ANTHROPIC: Vendor = {
  id: 'anthropic',
  voice: 'anthropic',
  path: '/v1/messages',
  body: (text) => ({ ...chat(text), max_tokens: 20_000 }),
};
const GEMINI: Vendor = {
  id: 'gemini',
  voice: 'gemini',
  path: '/v1beta/models/m:generateContent',
  body: (text) => ({ contents: [{ role: 'user', parts: [{ text }] }] }),
};
const SILENT: Vendor = { ...OPENAI, id: 'nvidia', voice: 'none' };

const ask = (vendor: Vendor, text = 'hi'): Promise<Response> =>
  fetch(`${mock.url}${vendor.path}`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer k',
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
    },
    body: JSON.stringify(vendor.body(text)),
  });

/** Usage is charged when an answer is out, which its caller may see first. */
const settled = async (): Promise<void> => {
  while (mock.pools().some(({ inFlight }) => inFlight > 0))
    await new Promise((resolve) => setTimeout(resolve, 2));
};

const read = (vendor: Vendor, response: Response, nowMs: number): readonly QuotaReading[] =>
  readQuotaHeaders(PROVIDERS[vendor.id], [...response.headers].flat(), nowMs);

describe('a provider that really limits', () => {
  it.each<[string, Vendor, string, string]>([
    ['OpenAI', OPENAI, 'requests', 'tokens'],
    ['Anthropic', ANTHROPIC, 'requests', 'tokens'],
    ['Groq', GROQ, 'requests_day', 'tokens'],
  ])('is read as what it is when it tells like %s', async (_name, vendor, requests, tokens) => {
    mock.limit([{ credentials: ['k'], headers: vendor.voice, rpm: 600, rpd: 6_000, tpm: 90_000 }]);
    await (await ask(vendor, '[[mock: in=30000 tokens=15000]]')).text();
    await settled();
    const response = await ask(vendor, '[[mock: in=1]]');
    const nowMs = Date.now();
    const [byRequests, byTokens] = read(vendor, response, nowMs);
    const kind = vendor.voice === 'groq' ? 'rpd' : 'rpm';
    expect(byRequests).toMatchObject({
      bucket: requests,
      unit: 'requests',
      limit: kind === 'rpd' ? 6_000 : 600,
      refill: 'continuous',
    });
    expect(byRequests?.remaining).toBeGreaterThanOrEqual(kind === 'rpd' ? 5_998 : 598);
    expect(byTokens).toMatchObject({ bucket: tokens, unit: 'tokens', limit: 90_000, refill: 'continuous' });
    // Half of it is gone, and thirty seconds bring it back.
    expect(byTokens?.remaining).toBeGreaterThan(44_000);
    expect(byTokens?.remaining).toBeLessThan(55_000);
    expect((byTokens?.resetAtMs ?? 0) - nowMs).toBeGreaterThan(20_000);
    expect((byTokens?.resetAtMs ?? 0) - nowMs).toBeLessThan(32_000);
  });

  it.each<[string, Vendor, Partial<LimitPoolOptions>, object, number | undefined]>([
    ['OpenAI, requests', OPENAI, { rpm: 2, burst: 1 }, { class: 'rate_minute', scope: 'credential' }, 30_000],
    ['OpenAI, too large', OPENAI, { tpm: 5 }, { class: 'context_length' }, undefined],
    ['OpenAI, under way', OPENAI, { concurrency: 1 }, { class: 'rate_minute' }, undefined],
    ['Anthropic, requests', ANTHROPIC, { rpm: 2, burst: 1 }, { class: 'rate_minute' }, 30_000],
    ['Anthropic, under way', ANTHROPIC, { concurrency: 1 }, { class: 'rate_minute' }, undefined],
    ['Groq, requests', GROQ, { rpm: 2, burst: 1 }, { class: 'rate_minute', scope: 'model' }, 30_000],
    ['Groq, too large', GROQ, { tpm: 5 }, { class: 'context_length' }, undefined],
    ['Gemini, requests', GEMINI, { rpm: 2, burst: 1 }, { class: 'rate_minute', scope: 'model' }, 30_000],
    ['Gemini, under way', GEMINI, { concurrency: 1 }, { class: 'rate_minute' }, undefined],
    ['one that says nothing', SILENT, { rpm: 2, burst: 1 }, { class: 'rate_minute' }, undefined],
  ])('is understood when it refuses: %s', async (_name, vendor, pool, expected, waitMs) => {
    mock.limit([{ credentials: '*', headers: vendor.voice, ...pool }]);
    const answers = await Promise.all([
      ask(vendor, '[[mock: firstByteMs=60 in=9]]'),
      ask(vendor, '[[mock: firstByteMs=60 in=9]]'),
    ]);
    const refused = answers.find(({ status }) => status !== 200);
    if (!refused) throw new Error('nothing was refused');
    const nowMs = Date.now();
    const failure = classifyFailure({
      definition: PROVIDERS[vendor.id],
      status: refused.status,
      headers: Object.fromEntries(refused.headers),
      body: await refused.text(),
      nowMs,
    });
    expect(failure).toMatchObject(expected);
    if (waitMs === undefined) expect(failure.wakeAtMs).toBeUndefined();
    else expect(Math.abs((failure.wakeAtMs ?? 0) - nowMs - waitMs)).toBeLessThan(2_000);
  });
});
