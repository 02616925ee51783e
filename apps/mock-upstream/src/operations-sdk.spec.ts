import { createHash } from 'node:crypto';
import { GoogleGenAI } from '@google/genai';
import { until } from '@turnpike/testing';
import OpenAI, { AzureOpenAI, toFile } from 'openai';
import type { MockUpstream } from './mock-upstream';
import { audioOf, createMockUpstream, imageOf, transcriptOf, vectorOf } from './mock-upstream';

let mock: MockUpstream;
let client: OpenAI;
beforeAll(async () => {
  mock = await createMockUpstream({ paceMs: 0 });
  client = new OpenAI({ apiKey: 'key', baseURL: `${mock.url}/v1`, maxRetries: 0 });
});
afterAll(() => mock.close());

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const SOUND = Buffer.from('RIFF fake sound'.repeat(2_000));
const sound = (name = 'speech.wav'): Promise<File> => toFile(SOUND, name, { type: 'audio/wav' });

describe("OpenAI's other operations", () => {
  it('embeds packed and plain alike', async () => {
    const input = ['one', 'two ü'];
    const packed = await client.embeddings.create({ model: 'm', input });
    const plain = await client.embeddings.create({ model: 'm', input, encoding_format: 'float' });
    expect(packed.data.map((each) => each.embedding)).toEqual(input.map((text) => vectorOf(text, 16)));
    expect(packed.data).toEqual(plain.data);
    expect(packed.usage).toEqual({ prompt_tokens: 3, total_tokens: 3 });
    expect(mock.journal.last()).toMatchObject({ operation: 'embeddings', usage: { input: 3, output: 0 } });
  });

  it('embeds tokens, in fewer dimensions', async () => {
    const answer = await client.embeddings.create({
      model: 'text-embedding-3-small',
      input: [[1, 2], [3]],
      dimensions: 8,
      encoding_format: 'float',
    });
    const norms = answer.data.map((each) => Math.hypot(...each.embedding));
    expect(answer.data.map((each) => each.embedding.length)).toEqual([8, 8]);
    norms.forEach((norm) => expect(norm).toBeCloseTo(1, 5));
    expect(answer.usage.prompt_tokens).toBe(3);
  });

  it.each([
    ['nothing', { input: [] }],
    ['an empty text', { input: [''] }],
    ['texts and tokens mixed', { input: ['a', [1]] }],
    ['too many dimensions', { input: 'a', dimensions: 17 }],
    ['an unknown member', { input: 'a', inputs: 'a' }],
  ])('refuses to embed %s', async (_name, body) => {
    const ask = client.embeddings.create({ model: 'm', ...body } as never);
    await expect(ask).rejects.toThrow(OpenAI.BadRequestError);
  });

  it('completes a text, whole and streamed, in several choices', async () => {
    const body = { model: 'm', prompt: ['a [[mock: text="one two" chunks=2 tokens=2]]', 'b'], n: 2 };
    const whole = await client.completions.create(body);
    expect(whole.choices.map((choice) => [choice.index, choice.finish_reason])).toEqual(
      [0, 1, 2, 3].map((i) => [i, 'stop']),
    );
    const texts = ['', '', '', ''];
    let usage: unknown;
    const stream = await client.completions.create({
      ...body,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) {
      for (const choice of chunk.choices) texts[choice.index] += choice.text;
      usage = chunk.usage ?? usage;
    }
    expect(texts).toEqual(whole.choices.map((choice) => choice.text));
    expect(usage).toEqual(whole.usage);
    const echoed = await client.completions.create({ model: 'm', prompt: 'say', echo: true, max_tokens: 3 });
    expect(echoed.choices[0]).toMatchObject({
      finish_reason: 'length',
      text: expect.stringMatching(/^say/) as unknown,
    });
  });

  it('moderates by the words of its categories', async () => {
    const { results } = await client.moderations.create({ input: ['kind words', 'sheer violence'] });
    expect(results.map((result) => [result.flagged, result.categories.violence])).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  it('makes images that depend on the prompt', async () => {
    const made = await client.images.generate({ model: 'gpt-image-1', prompt: 'a cat', n: 2 });
    expect(made.data?.map((each) => each.b64_json)).toEqual([imageOf('a cat', 0), imageOf('a cat', 1)]);
    expect(made.usage).toMatchObject({ output_tokens: 544 });
    const linked = await client.images.generate({ model: 'dall-e-3', prompt: 'a cat' });
    expect(linked.data?.[0]?.url).toContain(imageOf('a cat', 0));
    const types: string[] = [];
    const stream = await client.images.generate({ model: 'gpt-image-1', prompt: 'a cat', stream: true });
    for await (const event of stream) types.push(event.type);
    expect(types).toEqual(['image_generation.partial_image', 'image_generation.completed']);
  });

  it('edits images, and notes the files without keeping them', async () => {
    const png = Buffer.from(imageOf('x'), 'base64');
    const image = [
      await toFile(png, 'a.png', { type: 'image/png' }),
      await toFile(png, 'b.png', { type: 'image/png' }),
    ];
    const made = await client.images.edit({ model: 'gpt-image-1', prompt: 'blue', image, n: 1 });
    expect(made.data?.[0]?.b64_json).toBe(imageOf('blue', 0, [sha256(png), sha256(png)]));
    expect(mock.journal.last()).toMatchObject({
      operation: 'image-edits',
      model: 'gpt-image-1',
      raw: '',
      form: {
        fields: expect.arrayContaining([['prompt', 'blue']]) as unknown,
        files: ['a.png', 'b.png'].map((filename) => ({
          name: 'image[]',
          filename,
          contentType: 'image/png',
          bytes: png.length,
          sha256: sha256(png),
        })),
      },
    });
    const [bad] = [await toFile(png, 'a.gif', { type: 'image/gif' })];
    await expect(client.images.edit({ model: 'm', prompt: 'x', image: bad })).rejects.toThrow(
      /unsupported mimetype/,
    );
  });

  it.each([
    ['mp3', 'audio/mpeg'],
    ['opus', 'audio/opus'],
    ['wav', 'audio/wav'],
    ['pcm', 'audio/pcm'],
  ] as const)('speaks in %s, in chunks', async (response_format, type) => {
    const input = '[[mock: chunks=3]] hello';
    const answer = await client.audio.speech.create({
      model: 'tts-1',
      voice: 'alloy',
      input,
      response_format,
    });
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('content-length')).toBeNull();
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(audioOf(input, 'alloy', response_format));
    expect(mock.journal.last()).toMatchObject({ operation: 'speech', eventsSent: 3, complete: true });
  });

  it('speaks in events, and breaks off in the middle of sound', async () => {
    const answer = await client.audio.speech.create({
      model: 'm',
      voice: 'ash',
      input: 'hi',
      stream_format: 'sse',
    });
    const events = (await answer.text())
      .trim()
      .split('\n\n')
      .map((line) => JSON.parse(line.slice(6)) as { type: string; audio?: string });
    expect(events.at(-1)).toMatchObject({
      type: 'speech.audio.done',
      usage: { input_tokens: 1, output_tokens: 4 },
    });
    const heard = Buffer.concat(events.map((event) => Buffer.from(event.audio ?? '', 'base64')));
    expect(heard).toEqual(audioOf('hi', 'ash'));
    const cut = await client.audio.speech.create({
      model: 'm',
      voice: 'ash',
      input: '[[mock: fault=error:mid]]',
    });
    await expect(cut.arrayBuffer()).rejects.toThrow();
  });

  it.each(['json', 'text', 'srt', 'vtt', 'verbose_json'] as const)(
    'transcribes to %s',
    async (response_format) => {
      const heard = transcriptOf({ filename: 'speech.wav', bytes: SOUND.length, sha256: sha256(SOUND) });
      const answer: unknown = await client.audio.transcriptions.create({
        model: 'whisper-1',
        file: await sound(),
        response_format,
      });
      const text = typeof answer === 'string' ? answer : (answer as { text: string }).text;
      expect(text).toContain(heard);
      if (response_format === 'srt') expect(text).toMatch(/^1\n00:00:00,000 --> 00:00:01,880\n/);
      if (response_format === 'vtt') expect(text).toMatch(/^WEBVTT\n\n00:00:00\.000 --> /);
      if (response_format === 'verbose_json')
        expect(answer).toMatchObject({
          duration: 1.88,
          segments: [{ id: 0 }],
          usage: { type: 'duration', seconds: 2 },
        });
    },
  );

  it('streams a transcript where the model can, and translates', async () => {
    const prompt = '[[mock: text="well heard" chunks=2 in=30 tokens=4]]';
    const file = await sound();
    const stream = await client.audio.transcriptions.create({
      model: 'gpt-4o-transcribe',
      file,
      prompt,
      stream: true,
    });
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events).toMatchObject([
      { type: 'transcript.text.delta', delta: 'well ' },
      { type: 'transcript.text.delta', delta: 'heard' },
      {
        type: 'transcript.text.done',
        text: 'well heard',
        usage: { type: 'tokens', input_tokens: 30, output_tokens: 4 },
      },
    ]);
    expect((await client.audio.translations.create({ model: 'whisper-1', file, prompt })).text).toBe(
      'well heard',
    );
  });

  it('refuses sound it cannot read, and formats the model has not', async () => {
    const named = client.audio.transcriptions.create({ model: 'whisper-1', file: await sound('blob') });
    await expect(named).rejects.toThrow(/Invalid file format/);
    const formatted = client.audio.transcriptions.create({
      model: 'gpt-4o-transcribe',
      file: await sound(),
      response_format: 'srt',
    });
    await expect(formatted).rejects.toMatchObject({ code: 'unsupported_value' });
  });

  it('notes when a body began and when it ended', async () => {
    let restAtMs = 0;
    const before = mock.journal.received;
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        const head = '--b\r\ncontent-disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n--b\r\n';
        const file =
          'content-disposition: form-data; name="file"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\nabc';
        controller.enqueue(Buffer.from(head + file));
        await until(() => mock.journal.received > before && mock.journal.last()?.bodyStartedAtMs, {
          what: 'the first byte',
        });
        restAtMs = Date.now();
        controller.enqueue(Buffer.from('def\r\n--b--\r\n'));
        controller.close();
      },
    });
    const headers = { authorization: 'Bearer key', 'content-type': 'multipart/form-data; boundary=b' };
    const answer = await fetch(`${mock.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    });
    expect(answer.status).toBe(200);
    const entry = mock.journal.last();
    expect(entry?.bodyStartedAtMs).toBeLessThanOrEqual(restAtMs);
    expect(entry?.bodyEndedAtMs).toBeGreaterThanOrEqual(restAtMs);
    expect(entry?.form?.files).toMatchObject([{ bytes: 6, sha256: sha256(Buffer.from('abcdef')) }]);
  });

  it.each([
    ['a field', 'name="model"\r\n\r\nwhis'],
    ['a file', 'name="file"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\nabc'],
    ['a head', 'name="mod'],
  ])('refuses a form that breaks off in %s', async (_name, rest) => {
    const answer = await fetch(`${mock.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: 'Bearer key', 'content-type': 'multipart/form-data; boundary=b' },
      body: `--b\r\ncontent-disposition: form-data; ${rest}`,
    });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('multipart')]);
  });
});

describe('embeddings of Google', () => {
  it('come one by one or in a batch, not scaled when they are shorter', async () => {
    const google = new GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: mock.url, fetch } });
    const answer = await google.models.embedContent({
      model: 'gemini-embedding-001',
      contents: ['one', 'two'],
      config: { outputDimensionality: 8 },
    });
    const vectors = answer.embeddings?.map((each) => each.values ?? []) ?? [];
    expect(vectors).toEqual(['one', 'two'].map((text) => vectorOf(text, 3072, 8, false)));
    expect(Math.hypot(...(vectors[0] ?? []))).toBeLessThan(0.5);
    const single = await fetch(`${mock.url}/v1beta/models/m:embedContent`, {
      method: 'POST',
      body: JSON.stringify({ content: { parts: [{ text: 'one' }] }, task_type: 'RETRIEVAL_QUERY' }),
    });
    expect(await single.json()).toEqual({ embedding: { values: vectorOf('one', 16) } });
  });

  it.each([
    ['no model', [{ content: { parts: [{ text: 'a' }] } }]],
    ['another model', [{ model: 'models/x', content: { parts: [{ text: 'a' }] } }]],
    ['no text', [{ model: 'models/m', content: { parts: [] } }]],
    ['nothing', []],
  ])('refuse a batch with %s', async (_name, requests) => {
    const path = '/v1beta/models/m:batchEmbedContents';
    const answer = await fetch(mock.url + path, { method: 'POST', body: JSON.stringify({ requests }) });
    expect(answer.status).toBe(400);
  });
});

describe('Azure', () => {
  it('answers at a deployment, with its filter beside everything', async () => {
    const azure = new AzureOpenAI({
      apiKey: 'key',
      endpoint: mock.url,
      apiVersion: '2024-10-21',
      deployment: 'my-gpt',
      maxRetries: 0,
    });
    const messages = [{ role: 'user' as const, content: '[[mock: text="two words" chunks=2]]' }];
    const whole = await azure.chat.completions.create({ model: 'ignored', messages });
    expect(whole).toMatchObject({
      model: 'my-gpt',
      prompt_filter_results: [{ prompt_index: 0 }],
      choices: [{ message: { content: 'two words' }, content_filter_results: { hate: { filtered: false } } }],
    });
    const stream = await azure.chat.completions.create({ model: 'ignored', messages, stream: true });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks[0]).toMatchObject({ choices: [], prompt_filter_results: [{}] });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('two words');
    expect(mock.journal.last()).toMatchObject({ credential: 'key', model: 'my-gpt', dialect: 'chat' });
    expect((await azure.embeddings.create({ model: 'm', input: 'x' })).data).toHaveLength(1);
  });

  it.each([
    ['without a version', '/openai/deployments/d/chat/completions', { 'api-key': 'k' }, 404],
    [
      'with a word for a version',
      '/openai/deployments/d/chat/completions?api-version=v1',
      { 'api-key': 'k' },
      404,
    ],
    ['without a key', '/openai/deployments/d/chat/completions?api-version=2024-10-21', {}, 401],
    ['at the new address with a token', '/openai/v1/chat/completions', { authorization: 'Bearer t' }, 200],
    [
      'at the new address with an old version',
      '/openai/v1/chat/completions?api-version=2024-10-21',
      { 'api-key': 'k' },
      404,
    ],
    ['a response at the new address', '/openai/v1/responses', { 'api-key': 'k' }, 200],
    [
      'a response at the old address',
      '/openai/responses?api-version=2025-04-01-preview',
      { 'api-key': 'k' },
      200,
    ],
  ])('asked %s', async (_name, path, headers, status) => {
    const body = path.includes('responses')
      ? { model: 'm', input: 'hi' }
      : { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
    const answer = await fetch(mock.url + path, {
      method: 'POST',
      headers: { ...headers },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(status);
  });

  it('tells its refusals in the shape of its front', async () => {
    const ask = async (directive: string): Promise<unknown> => {
      const answer = await fetch(`${mock.url}/openai/deployments/d/chat/completions?api-version=2024-10-21`, {
        method: 'POST',
        headers: { 'api-key': 'k' },
        body: JSON.stringify({ messages: [{ role: 'user', content: `[[mock: ${directive}]]` }] }),
      });
      return answer.json();
    };
    expect(await ask('fault=404 wording=model')).toMatchObject({ error: { code: 'DeploymentNotFound' } });
    expect(await ask('fault=429')).toMatchObject({ error: { code: '429' } });
    expect(await ask('fault=400 wording=filter')).toMatchObject({
      error: {
        code: 'content_filter',
        innererror: { content_filter_result: { violence: { filtered: true } } },
      },
    });
  });
});
