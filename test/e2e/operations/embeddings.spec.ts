import { vectorOf } from '../../../apps/mock-upstream/src/mock-upstream';
import { geminiClient, openaiClient } from '../stage/clients';
import { readTrace } from '../stage/read-trace';
import type { Stage } from '../stage/stage';
import { askedOf, openOperationsStage, type Vendor } from './open-stage';

/** Length of the vectors of each model. */
const MODELS: readonly (readonly [alias: string, vendor: Vendor, dimensions: number])[] = [
  ['embed-openai', 'chat', 1536],
  ['embed-gemini', 'gemini', 3072],
  ['embed-cohere', 'cohere', 1536],
  ['embed-ollama', 'ollama', 768],
  ['embed-azure', 'azure-openai', 1536],
  ['embed-vertex', 'vertex', 768],
  ['embed-vertex-gemini', 'vertex', 3072],
  ['embed-titan', 'bedrock', 1024],
  ['embed-bedrock-cohere', 'bedrock', 1024],
];

const INPUT = ['the first', 'the second ü', 'the third'];

describe('embeddings through the official clients', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openOperationsStage();
  }, 90_000);
  afterAll(() => stage.close(), 30_000);

  it.each(MODELS)('%s gives OpenAI its vectors, packed and plain', async (model, vendor, dimensions) => {
    const client = openaiClient(stage);
    const before = askedOf(stage, vendor).length;
    // Without an encoding the client asks for base64 and unpacks it.
    const { data: packed, response } = await client.embeddings.create({ model, input: INPUT }).withResponse();
    const plain = await client.embeddings.create({ model, input: INPUT, encoding_format: 'float' });
    const expected = INPUT.map((text) => vectorOf(text, dimensions));
    for (const { data } of [packed, plain])
      data.forEach(({ index, embedding }, i) => {
        expect([index, embedding.length]).toEqual([i, dimensions]);
        expect(embedding.map(Math.fround)).toEqual(expected[i]);
      });
    const asked = askedOf(stage, vendor).slice(before);
    expect(asked.every(({ complaint, status }) => complaint === undefined && status === 200)).toBe(true);
    const trace = await readTrace(stage, response.headers.get('x-turnpike-call-id') ?? '');
    expect(trace).toMatchObject({ state: 'succeeded', attempts: [{ provider: vendor, status: 200 }] });
    // One call of one attempt, whatever number of exchanges it took: the figures are those of all of them.
    const told = asked.slice(0, asked.length / 2).map(({ usage }) => usage?.input);
    if (told.every((tokens) => tokens !== undefined))
      expect(trace.attempts[0]?.tokens?.input).toBe(
        told.reduce<number>((sum, tokens) => sum + (tokens ?? 0), 0),
      );
    else expect(trace.attempts[0]?.state).toBe('estimated');
  });

  it.each(['embed-gemini', 'embed-vertex'])('%s is of length 1 in fewer dimensions', async (model) => {
    const { data } = await openaiClient(stage).embeddings.create({ model, input: INPUT, dimensions: 256 });
    for (const { embedding } of data) {
      expect(embedding).toHaveLength(256);
      expect(Math.hypot(...embedding)).toBeCloseTo(1, 5);
    }
  });

  it.each(MODELS.filter(([, vendor]) => vendor !== 'vertex'))(
    '%s gives Google its vectors',
    async (model, _vendor, dimensions) => {
      const { embeddings } = await geminiClient(stage).models.embedContent({
        model,
        contents: INPUT,
        config: { taskType: 'RETRIEVAL_DOCUMENT' },
      });
      expect(embeddings?.map(({ values }) => values?.map(Math.fround))).toEqual(
        INPUT.map((text) => vectorOf(text, dimensions)),
      );
    },
  );

  it('of 300 texts are split and come back in order', async () => {
    const input = Array.from({ length: 300 }, (_, i) => `text ${i}`);
    for (const [model, dimensions] of [
      ['embed-gemini', 3072],
      ['embed-cohere', 1536],
    ] as const) {
      const { data } = await openaiClient(stage).embeddings.create({ model, input });
      expect(data.map(({ index }) => index)).toEqual(input.map((_, i) => i));
      for (const i of [0, 99, 100, 299])
        expect(data[i]?.embedding.map(Math.fround)).toEqual(vectorOf(`text ${i}`, dimensions));
    }
  });
});
