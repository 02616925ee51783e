import type { JsonObject } from '@turnpike/kernel';
import { decodeGeminiRequest, encodeGeminiRequest } from './request';
import { createGeminiTap } from './tap';
import { createGeminiStreamDecoder } from './stream';

const MANY = 20_000;
const times = (part: (i: number) => JsonObject): JsonObject[] =>
  Array.from({ length: MANY }, (_, i) => part(i));
const target = { model: 'm', capabilities: {}, vendor: 'google' };

function within(limitMs: number, run: () => void): void {
  const began = process.cpuUsage();
  run();
  expect(process.cpuUsage(began).user / 1_000).toBeLessThan(limitMs);
}

describe('bodies made to be slow', () => {
  it.each<[string, JsonObject]>([
    [
      'calls and results without ids',
      {
        contents: [
          { role: 'model', parts: times(() => ({ functionCall: { name: 'f', args: {} } })) },
          { role: 'user', parts: times((i) => ({ functionResponse: { name: 'f', response: { i } } })) },
        ],
      },
    ],
    [
      'results of nobody',
      {
        contents: [
          { role: 'user', parts: times((i) => ({ functionResponse: { name: `f${i}`, response: {} } })) },
        ],
      },
    ],
    [
      'thoughts in pieces',
      { contents: [{ role: 'model', parts: times(() => ({ text: 'x', thought: true })) }, {}] },
    ],
    [
      'calls in turns of their own',
      {
        contents: times((i) =>
          i % 2
            ? { parts: [{ functionResponse: { name: 'f', response: {} } }] }
            : { role: 'model', parts: [{ functionCall: { name: 'f' } }] },
        ),
      },
    ],
  ])('%s', (_, body) => {
    within(3_000, () =>
      encodeGeminiRequest(
        decodeGeminiRequest({
          model: 'm',
          ...body,
          contents: [...(body.contents as JsonObject[]), { parts: [{ text: 'x' }] }],
        }),
        target,
      ),
    );
  });

  it('one chunk of many parts', () => {
    const data = JSON.stringify({ candidates: [{ content: { parts: times(() => ({ text: 'x' })) } }] });
    within(2_000, () => createGeminiStreamDecoder({ capabilities: {} }).push({ data }));
    const bytes = Buffer.from(`data: ${data}\n\n`);
    const tap = createGeminiTap();
    within(2_000, () => [tap.inspect(bytes, 0, bytes.length), tap.inspect(bytes, 0, bytes.length)]);
    expect(tap.textBytes).toBe(2 * MANY);
  });
});
