import type { JournalEntry } from './serve/journal';
import type { MockUpstream } from './mock-upstream';
import { createMockUpstream } from './mock-upstream';

interface Told {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  readonly failure: string | undefined;
}

interface Request {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown>;
}

const turns = (content: string): unknown[] => [{ role: 'user', content }];
const WIRES = {
  chat: (prompt: string, stream: boolean): Request => ({
    path: '/v1/chat/completions',
    headers: { authorization: 'Bearer key-a' },
    body: {
      model: 'm',
      stream,
      messages: turns(prompt),
      ...(stream ? { stream_options: { include_usage: true } } : {}),
    },
  }),
  messages: (prompt: string, stream: boolean): Request => ({
    path: '/v1/messages',
    headers: { 'x-api-key': 'key-a', 'anthropic-version': '2023-06-01' },
    body: { model: 'm', stream, messages: turns(prompt), max_tokens: 100 },
  }),
  responses: (prompt: string, stream: boolean): Request => ({
    path: '/v1/responses',
    headers: { authorization: 'Bearer key-a' },
    body: { model: 'm', stream, input: prompt },
  }),
  gemini: (prompt: string, stream: boolean): Request => ({
    path: `/v1beta/models/m:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    headers: { 'x-goog-api-key': 'key-a' },
    body: { contents: [{ role: 'user', parts: [{ text: prompt }] }] },
  }),
  bedrock: (prompt: string, stream: boolean): Request => ({
    path: `/model/m/converse${stream ? '-stream' : ''}`,
    headers: { authorization: 'Bearer key-a' },
    body: { messages: [{ role: 'user', content: [{ text: prompt }] }] },
  }),
  cohere: (prompt: string, stream: boolean): Request => ({
    path: '/v2/chat',
    headers: { authorization: 'Bearer key-a' },
    body: { model: 'm', stream, messages: turns(prompt) },
  }),
  ollama: (prompt: string, stream: boolean): Request => ({
    path: '/api/chat',
    headers: { authorization: 'Bearer key-a' },
    body: { model: 'm', stream, messages: turns(prompt) },
  }),
};
type Wire = keyof typeof WIRES;
const ALL = Object.keys(WIRES) as Wire[];

function post(wire: Wire, prompt: string, stream: boolean, signal?: AbortSignal): Promise<Response> {
  const { path, headers, body } = WIRES[wire](prompt, stream);
  return fetch(mock.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: signal ?? null,
  });
}

/** What only a stream that ended well holds. */
const TERMINAL =
  /message_stop|DONE|finish_reason":"|finishReason|messageStop|message-end|"done":true|response\.(completed|incomplete)/;

let mock: MockUpstream;

beforeAll(async () => {
  mock = await createMockUpstream({ name: 'a', paceMs: 1 });
});
afterAll(() => mock.close());

async function tell(wire: Wire, prompt: string, stream = false): Promise<Told> {
  try {
    const response = await post(wire, prompt, stream);
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? [])
        text += decoder.decode(chunk as Uint8Array, { stream: true });
    } catch (error) {
      return { status: response.status, text, headers: response.headers, failure: String(error) };
    }
    return { status: response.status, text, headers: response.headers, failure: undefined };
  } catch (error) {
    return { status: 0, text: '', headers: new Headers(), failure: String(error) };
  }
}

const lastEntry = (): JournalEntry => {
  const entry = mock.journal.last();
  if (!entry) throw new Error('the journal is empty');
  return entry;
};

describe.each(ALL)('faults over %s', (wire) => {
  it.each([400, 401, 402, 403, 404, 413, 422, 429, 500, 502, 503, 504, 529])('answers %i', async (status) => {
    const told = await tell(wire, `[[mock: fault=${status} message="no luck"]]`);
    expect(told.status).toBe(status);
    expect(JSON.stringify(JSON.parse(told.text))).toContain('"no luck"');
    expect(lastEntry()).toMatchObject({ status, fault: String(status), complete: false });
  });

  it.each([
    ['seconds', 'retry-after', /^3$/],
    ['date', 'retry-after', / GMT$/],
    ['ms', 'retry-after-ms', /^2500$/],
    ['openai', 'x-ratelimit-reset-requests', /^2\.5s$/],
    ['anthropic', 'anthropic-ratelimit-requests-reset', /Z$/],
    ['unified', 'anthropic-ratelimit-unified-5h-reset', /^\d{10}$/],
  ])('tells a 429 wait in the %s family', async (family, header, shape) => {
    const told = await tell(wire, `[[mock: fault=429 limit=${family} waitMs=2500]]`);
    expect(told.headers.get(header)).toMatch(shape);
  });

  it('tells no wait when the family is none', async () => {
    const told = await tell(wire, '[[mock: fault=429 limit=none waitMs=2500]]');
    expect([...told.headers.keys()].filter((name) => /retry|ratelimit/.test(name))).toEqual([]);
  });

  it('drops before the head', async () => {
    const told = await tell(wire, '[[mock: fault=drop:connect]]');
    expect(told).toMatchObject({ status: 0 });
    expect(lastEntry()).toMatchObject({ status: 0, cut: true });
  });

  it.each(['drop:headers', 'drop:start', 'drop:mid', 'drop:end'])(
    'breaks a stream with %s',
    async (fault) => {
      const told = await tell(wire, `[[mock: text=abcdefgh chunks=8 fault=${fault}]]`, true);
      expect(told.status).toBe(200);
      expect(told.failure).toMatch(/terminated|aborted/i);
      expect(told.text.includes('"a"')).toBe(fault === 'drop:mid' || fault === 'drop:end');
      expect(told.text.includes('"h"')).toBe(fault === 'drop:end');
      expect(told.text).not.toMatch(TERMINAL);
    },
  );

  it('ends a stream in mid-content without a failure or a terminal event', async () => {
    const told = await tell(wire, '[[mock: text=abcdefgh chunks=8 fault=eof:mid]]', true);
    expect(told.failure).toBeUndefined();
    expect(told.text).toContain('"d"');
    expect(told.text).not.toMatch(TERMINAL);
  });

  it('puts an error event into a stream', async () => {
    const told = await tell(wire, '[[mock: fault=error:mid message=busy]]', true);
    expect(told.failure).toBeUndefined();
    expect(told.text.trim().split('\n').at(-1)).toContain('"busy"');
  });

  it.each([false, true])('hides an error in a 200 (stream %s)', async (stream) => {
    const told = await tell(wire, '[[mock: fault=error-in-200 message=hidden]]', stream);
    expect(told.status).toBe(200);
    expect(told.text).toContain('"hidden"');
  });

  it.each([false, true])('gives an empty answer (stream %s)', async (stream) => {
    const told = await tell(wire, '[[mock: fault=empty]]', stream);
    expect(told.status).toBe(200);
    expect(told.text).not.toMatch(/text_delta|"(content|text)":"[^"]/);
    expect(lastEntry().usage).toMatchObject({ output: 0 });
  });

  it('breaks a whole answer short of its length, or ends it early and cleanly', async () => {
    const cut = await tell(wire, '[[mock: fault=drop:mid]]');
    expect(cut.failure).toMatch(/terminated|aborted/i);
    const ended = await tell(wire, '[[mock: fault=eof:mid]]');
    expect(ended.failure).toBeUndefined();
    expect(() => JSON.parse(ended.text) as unknown).toThrow();
  });

  it('fails n times, then answers', async () => {
    const prompt = `[[mock: id=times-${wire} fault=503 times=2 text=fine]]`;
    const statuses = [await tell(wire, prompt), await tell(wire, prompt), await tell(wire, prompt)].map(
      (t) => t.status,
    );
    expect(statuses).toEqual([503, 503, 200]);
    expect(mock.journal.of(`times-${wire}`)).toHaveLength(3);
  });

  it('fails only where `on` says', async () => {
    expect((await tell(wire, '[[mock: fault=500 on=b,key-b]]')).status).toBe(200);
    for (const place of ['a', 'key-a', String(mock.port)])
      expect((await tell(wire, `[[mock: fault=500 on=${place}]]`)).status).toBe(500);
  });

  it('stalls until the caller leaves, and notes it', async () => {
    const leave = new AbortController();
    const response = await post(wire, '[[mock: fault=stall:mid]]', true, leave.signal);
    await response.body?.getReader().read();
    const entry = lastEntry();
    expect(entry.endedAtMs).toBeUndefined();
    leave.abort();
    for (let i = 0; i < 100 && entry.endedAtMs === undefined; i++)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(entry.callerLeftAtMs).toBeDefined();
  });

  it('waits before the first byte', async () => {
    const started = Date.now();
    await tell(wire, '[[mock: firstByteMs=80 text=x]]');
    expect(Date.now() - started).toBeGreaterThanOrEqual(75);
  });

  it('writes a stream in pieces that join to the same text', async () => {
    const whole = await tell(wire, '[[mock: id=split text="日本語🙂 ok" splitBytes=9000]]', true);
    const split = await tell(wire, '[[mock: id=split text="日本語🙂 ok" splitBytes=0003]]', true);
    const shape = (text: string): string => text.replace(/"(created|created_at|id)":("[^"]*"|\d+)/g, '');
    expect(shape(split.text)).toBe(shape(whole.text));
  });

  it('refuses a directive that it does not know', async () => {
    const told = await tell(wire, '[[mock: fualt=500]]');
    expect(told.status).toBe(400);
    expect(told.text).toContain('fualt: unknown');
  });
});

describe('journal and control endpoint', () => {
  it('keeps what came and what was answered', async () => {
    await tell('chat', 'hi [[mock: id=j1 text=yes in=100 cached=60 tokens=9]]');
    expect(lastEntry()).toMatchObject({
      upstream: 'a',
      dialect: 'chat',
      operation: 'generate',
      model: 'm',
      credential: 'key-a',
      id: 'j1',
      status: 200,
      complete: true,
      usage: { input: 100, cacheRead: 60, output: 9 },
      body: { model: 'm' },
    });
    expect(lastEntry().bytesSent).toBeGreaterThan(100);
  });

  it('takes rules, applies them by position, and shows and clears the journal', async () => {
    const rules = [
      { match: { model: 'm*', nth: 2 }, plan: { fault: 502 } },
      { match: { prompt: 'ruled' }, plan: { text: 'by rule' } },
    ];
    const set = await fetch(`${mock.url}/__mock/script`, { method: 'POST', body: JSON.stringify(rules) });
    expect(await set.json()).toEqual({ rules: 2 });
    expect((await tell('chat', 'ruled')).text).toContain('by rule');
    expect((await tell('chat', 'ruled')).status).toBe(502);
    expect((await tell('chat', 'ruled [[mock: text=said]]')).text).toContain('said');
    const shown = (await (await fetch(`${mock.url}/__mock/journal`)).json()) as { entries: JournalEntry[] };
    expect(shown.entries.length).toBe(mock.journal.entries.length);
    await fetch(`${mock.url}/__mock/journal`, { method: 'DELETE' });
    expect(mock.journal.entries).toEqual([]);
    await fetch(`${mock.url}/__mock/script`, { method: 'DELETE' });
    expect((await tell('chat', 'ruled')).text).toContain('demo provider');
  });

  it('refuses a wrong script with its path', async () => {
    const answer = await fetch(`${mock.url}/__mock/script`, {
      method: 'POST',
      body: JSON.stringify([{ plan: { tokens: 'many' } }]),
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('tokens: expected a whole number');
  });

  it('has no control endpoint and no journal where they are switched off', async () => {
    const quiet = await createMockUpstream({ control: false });
    expect((await fetch(`${quiet.url}/__mock/journal`)).status).toBe(404);
    expect(quiet.journal.entries).toEqual([]);
    await quiet.close();
  });

  it('takes only its own credentials', async () => {
    const strict = await createMockUpstream({ credentials: ['right'] });
    const ask = (key: string): Promise<Response> =>
      fetch(`${strict.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect((await ask('right')).status).toBe(200);
    expect((await ask('wrong')).status).toBe(401);
    await strict.close();
  });

  it('closes within a second with ten seconds of a stream to go', async () => {
    const other = await createMockUpstream();
    const response = await fetch(`${other.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'm',
        stream: true,
        messages: [{ role: 'user', content: '[[mock: chunks=100 delayMs=100]]' }],
      }),
    });
    await response.body?.getReader().read();
    const started = Date.now();
    await other.close();
    expect(Date.now() - started).toBeLessThan(1_000);
  });
});
