import { json, type Listener } from './listener';
import { bodyOf, END, field, FILE, noise, openMultipart, type MultipartFixture } from './open-multipart';

describe('answers to multipart bodies', () => {
  let fixture: MultipartFixture;
  let first: Listener;

  beforeAll(async () => {
    fixture = await openMultipart();
    ({ first } = fixture);
  });
  afterAll(() => fixture.close());
  beforeEach(() => fixture.reset());
  afterEach(() => fixture.check());

  it.each<[string, string, string, object]>([
    [
      'tokens',
      'application/json',
      '{"text":"a","usage":{"type":"tokens","input_tokens":10,"output_tokens":4,"total_tokens":14}}',
      { state: 'measured', unpriced: false, usage: { input: 10, output: 4 }, costPicoUsd: 36_000_000n },
    ],
    [
      'seconds',
      'application/json',
      '{"text":"a","usage":{"type":"duration","seconds":7}}',
      {
        state: 'measured',
        unpriced: true,
        lines: [{ meter: 'audio_in', quantity: 7, unitPriceId: 'unpriced' }],
      },
    ],
    [
      'a verbose answer',
      'application/json',
      '{"text":"a","duration":7.5}',
      { lines: [{ meter: 'audio_in', quantity: 8 }] },
    ],
    ['subtitles', 'application/x-subrip', '1\n00:00:00,000 --> 00:00:01,000\na\n', { unpriced: true }],
    ['plain text', 'text/plain; charset=utf-8', 'a\n', { unpriced: true }],
    ['silence', 'text/plain', '', { unpriced: true }],
  ])('are answered in %s', async (_, type, answer, attempt) => {
    first.answer = (response) => void response.writeHead(200, { 'content-type': type }).end(answer);
    const response = await fixture.post(bodyOf(noise(10)));
    expect(response.headers.get('content-type')).toBe(type);
    expect(await response.text()).toBe(answer);
    expect(response.headers.get('x-turnpike-cost-usd')).not.toBeNull();
    expect(await fixture.lastCall()).toMatchObject({ attempts: [attempt] });
  });

  it('are answered in events', async () => {
    const events = [
      'data: {"type":"transcript.text.delta","delta":"a"}\n\n',
      'data: {"type":"transcript.text.done","text":"a","usage":{"type":"tokens","input_tokens":3,"output_tokens":1,"total_tokens":4}}\n\n',
    ].join('');
    first.answer = (response) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events);
    const response = await fixture.post(
      Buffer.from(field('model', 'm') + field('stream', 'true') + FILE + END),
    );
    expect(await response.text()).toBe(events);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(await fixture.lastCall()).toMatchObject({ attempts: [{ usage: { input: 3, output: 1 } }] });
  });

  it.each([
    ['/v1/audio/translations', 'translations'],
    ['/v1/images/edits', 'image-edits'],
    ['/v1/images/variations', 'image-variations'],
    ['/v1beta/openai/audio/transcriptions', 'transcriptions'],
  ])('are taken at %s', async (path, operation) => {
    first.answer = (response) => json(response, { text: 'a', data: [{ b64_json: 'AA' }] });
    expect((await fixture.post(bodyOf(noise(10)), path)).status).toBe(200);
    expect(first.taken[0]?.path).toBe(path.replace('/v1beta/openai', '/v1'));
    expect(await fixture.lastCall()).toMatchObject({ operation });
  });
});
