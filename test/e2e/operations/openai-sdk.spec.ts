import { createHash } from 'node:crypto';
import OpenAI, { toFile } from 'openai';
import { audioOf, imageOf, transcriptOf } from '../../../apps/mock-upstream/src/mock-upstream';
import { openaiClient, rejectionOf } from '../stage/clients';
import { readTrace, type CallRecord } from '../stage/read-trace';
import type { Stage } from '../stage/stage';
import { askedOf, openOperationsStage, type Vendor } from './open-stage';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const SOUND = Buffer.from('RIFF fake sound'.repeat(20_000));

describe("OpenAI's client and its other operations", () => {
  let stage: Stage;
  let client: OpenAI;
  beforeAll(async () => {
    stage = await openOperationsStage();
    client = openaiClient(stage);
  }, 90_000);
  afterAll(() => stage.close(), 30_000);

  const traceOf = (response: {
    readonly headers: { get(name: string): string | null };
  }): Promise<CallRecord> => readTrace(stage, response.headers.get('x-turnpike-call-id') ?? '');
  const lastAsked = (vendor: Vendor = 'chat') => askedOf(stage, vendor).at(-1);
  /** The ledger says what the provider said. */
  const expectSame = async (response: Response, vendor: Vendor = 'chat'): Promise<void> => {
    const { attempts } = await traceOf(response);
    const usage = lastAsked(vendor)?.usage;
    expect(attempts).toMatchObject([
      { state: 'measured', tokens: { input: usage?.input, output: usage?.output } },
    ]);
  };

  it('moderations', async () => {
    const { data, response } = await client.moderations
      .create({ model: 'moderation', input: ['kind words', 'sheer violence'] })
      .withResponse();
    expect(data.results.map(({ flagged }) => flagged)).toEqual([false, true]);
    expect(await traceOf(response)).toMatchObject({ costUsd: '0', attempts: [{ state: 'measured' }] });
  });

  it('image generation, whole and streamed', async () => {
    const { data, response } = await client.images
      .generate({ model: 'image', prompt: 'a cat', n: 2 })
      .withResponse();
    expect(data.data?.map((each) => each.b64_json)).toEqual([imageOf('a cat', 0), imageOf('a cat', 1)]);
    await expectSame(response);
    const types: string[] = [];
    const stream = await client.images.generate({ model: 'image', prompt: 'a cat', stream: true });
    for await (const event of stream) types.push(event.type);
    expect(types).toEqual(['image_generation.partial_image', 'image_generation.completed']);
  });

  it('image edits, with every file as it was', async () => {
    const png = Buffer.from(imageOf('x'), 'base64');
    const image = await Promise.all(
      ['a.png', 'b.png'].map((name) => toFile(png, name, { type: 'image/png' })),
    );
    const { data, response } = await client.images
      .edit({ model: 'image', prompt: 'blue', image, n: 1 })
      .withResponse();
    expect(data.data?.[0]?.b64_json).toBe(imageOf('blue', 0, [sha256(png), sha256(png)]));
    expect(lastAsked()).toMatchObject({
      operation: 'image-edits',
      model: 'gpt-image-1',
      form: { files: ['a.png', 'b.png'].map((filename) => ({ filename, sha256: sha256(png) })) },
    });
    await expectSame(response);
  });

  it.each(['mp3', 'wav', 'pcm'] as const)('speech in %s', async (response_format) => {
    const answer = await client.audio.speech.create({
      model: 'tts',
      voice: 'alloy',
      input: 'hello',
      response_format,
    });
    expect(answer.headers.get('content-type')).toMatch(/^audio\//);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(audioOf('hello', 'alloy', response_format));
    expect(await traceOf(answer)).toMatchObject({ state: 'succeeded', attempts: [{ state: 'estimated' }] });
  });

  it('speech that breaks off is not taken for whole', async () => {
    const call = client.audio.speech.create({
      model: 'tts',
      voice: 'alloy',
      input: '[[mock: chunks=4 delay=20]] [[fault: drop:mid]] hello',
    });
    const failure = await rejectionOf(call.then((answer) => answer.arrayBuffer()));
    expect(failure).toBeInstanceOf(Error);
  });

  it.each([
    ['whisper', 'json'],
    ['whisper', 'verbose_json'],
    ['whisper', 'srt'],
    ['whisper', 'vtt'],
    ['transcribe', 'json'],
  ] as const)('transcription by %s as %s', async (model, response_format) => {
    const file = await toFile(SOUND, 'speech.wav', { type: 'audio/wav' });
    const { data, response } = await client.audio.transcriptions
      .create({
        file,
        model,
        response_format,
        language: 'de',
      } as OpenAI.Audio.TranscriptionCreateParamsNonStreaming)
      .withResponse();
    const heard = transcriptOf({ filename: 'speech.wav', bytes: SOUND.length, sha256: sha256(SOUND) });
    expect(typeof data === 'string' ? data : data.text).toContain(heard);
    const { operation, form } = lastAsked() ?? {};
    expect(operation).toBe('transcriptions');
    expect(form?.fields).toEqual(expect.arrayContaining([['language', 'de']]));
    const { attempts } = await traceOf(response);
    if (model === 'transcribe') await expectSame(response);
    // Seconds are counted and kept, and nothing knows their price.
    else expect(attempts).toMatchObject([{ unpriced: true }]);
  });

  it('streamed transcription, and translation', async () => {
    const file = await toFile(SOUND, 'speech.wav', { type: 'audio/wav' });
    const stream = await client.audio.transcriptions.create({ file, model: 'transcribe', stream: true });
    let text = '';
    for await (const event of stream) if (event.type === 'transcript.text.delta') text += event.delta;
    expect(text).toContain('Heard speech.wav');
    const translated = await client.audio.translations.create({ file, model: 'whisper' });
    expect(translated.text).toContain('Heard speech.wav');
    expect(lastAsked()?.operation).toBe('translations');
  });

  it.each([
    ['chat', 'chat', 'generate'],
    ['google', 'gemini', 'generate'],
    ['text', 'native', 'completions'],
  ] as const)('completions by %s, whole and streamed', async (model, vendor, operation) => {
    const prompt = '[[mock: text="one two three" chunks=3 tokens=3 in=7]]';
    const { data, response } = await client.completions.create({ model, prompt }).withResponse();
    expect(data.choices).toMatchObject([{ text: 'one two three', index: 0, finish_reason: 'stop' }]);
    expect(data.usage).toMatchObject({ prompt_tokens: 7, completion_tokens: 3 });
    expect(lastAsked(vendor)?.operation).toBe(operation);
    await expectSame(response, vendor);
    const stream = await client.completions.create({
      model,
      prompt,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let total: number | undefined;
    for await (const chunk of stream) {
      for (const choice of chunk.choices) text += choice.text;
      total = chunk.usage?.total_tokens ?? total;
    }
    expect([text, total]).toEqual(['one two three', 10]);
  });

  it('errors that its own classes know', async () => {
    const failures = [
      [client.embeddings.create({ model: 'nobody', input: 'a' }), OpenAI.NotFoundError],
      [client.embeddings.create({ model: 'embed-gemini', input: [1, 2] }), OpenAI.BadRequestError],
      [client.moderations.create({ model: 'google', input: 'a' }), OpenAI.BadRequestError],
      [client.images.generate({ model: 'image', prompt: '' }), OpenAI.BadRequestError],
      [
        client.audio.transcriptions.create({ file: await toFile(SOUND, 'a.txt'), model: 'whisper' }),
        OpenAI.BadRequestError,
      ],
    ] as const;
    for (const [call, kind] of failures) {
      const error = await rejectionOf(call);
      expect(error).toBeInstanceOf(kind);
      expect((error as { error: { turnpike?: object } }).error.turnpike).toBeDefined();
    }
  });
});

describe('rerank', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openOperationsStage();
  }, 90_000);
  afterAll(() => stage.close(), 30_000);

  it.each(['rerank-jina', 'rerank-cohere', 'rerank-bedrock'])('by %s', async (model) => {
    const documents = ['about cats', { text: 'about dogs and cats' }, 'about nothing'];
    const response = await fetch(`${stage.url}/v2/rerank`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, query: 'dogs cats', documents, top_n: 2, return_documents: true }),
    });
    expect(response.status).toBe(200);
    const { results } = (await response.json()) as {
      results: { index: number; relevance_score: number; document: { text: string } }[];
    };
    expect(results.map(({ index }) => index)).toEqual([1, 0]);
    expect(results[0]?.document.text).toBe('about dogs and cats');
    expect(await readTrace(stage, response.headers.get('x-turnpike-call-id') ?? '')).toMatchObject({
      state: 'succeeded',
    });
  });
});
