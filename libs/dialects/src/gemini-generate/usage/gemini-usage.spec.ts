import type { JsonObject } from '@turnpike/kernel';
import { inputTotal, NO_USAGE, type Usage } from '@turnpike/protocol';
import { someUsage } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import { GeminiUsage, readGeminiUsage, writeGeminiUsage } from './index';

describe('readGeminiUsage', () => {
  it.each<[string, JsonObject, Partial<Usage>]>([
    [
      'cached inside the prompt',
      { promptTokenCount: 1000, cachedContentTokenCount: 600, candidatesTokenCount: 44 },
      { input: 400, cacheRead: 600, output: 44 },
    ],
    [
      'thoughts beside the candidates',
      { promptTokenCount: 10, candidatesTokenCount: 44, thoughtsTokenCount: 33, totalTokenCount: 87 },
      { input: 10, output: 77, reasoning: 33 },
    ],
    [
      'thoughts inside the candidates, as the total tells',
      { promptTokenCount: 10, candidatesTokenCount: 77, thoughtsTokenCount: 33, totalTokenCount: 87 },
      { input: 10, output: 77, reasoning: 33 },
    ],
    [
      'what tools put into the prompt',
      { promptTokenCount: 10, toolUsePromptTokenCount: 5, candidatesTokenCount: 1 },
      { input: 15, output: 1 },
    ],
    [
      'a prompt given without its cached part',
      { promptTokenCount: 10, cachedContentTokenCount: 90 },
      { input: 10, cacheRead: 90 },
    ],
    [
      'snake case',
      { prompt_token_count: 3, candidates_token_count: 4, thoughts_token_count: 1 },
      { input: 3, output: 5, reasoning: 1 },
    ],
    [
      'null figures',
      { promptTokenCount: 3, cachedContentTokenCount: null, candidatesTokenCount: null },
      { input: 3 },
    ],
  ])('reads %s', (_, wire, expected) => expect(readGeminiUsage(wire)).toEqual({ ...NO_USAGE, ...expected }));

  it('takes nothing for no usage', () => {
    expect([{}, null, 'x', { totalTokenCount: 3 }].map((value) => readGeminiUsage(value))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('lets the later report win, figure by figure', () => {
    const usage = new GeminiUsage();
    usage.take({ promptTokenCount: 100, cachedContentTokenCount: 60, totalTokenCount: 100 });
    expect(usage.partial()).toEqual({ input: 40, cacheRead: 60 });
    usage.take({
      promptTokenCount: 100,
      candidatesTokenCount: 7,
      thoughtsTokenCount: 2,
      totalTokenCount: 109,
    });
    expect(usage.whole()).toEqual({ ...NO_USAGE, input: 40, cacheRead: 60, output: 9, reasoning: 2 });
  });

  it('loses no token on the way out and back', () => {
    fc.assert(
      fc.property(someUsage, (usage) => {
        const wire = writeGeminiUsage(usage);
        const back = readGeminiUsage(wire) ?? NO_USAGE;
        expect([inputTotal(back), back.cacheRead, back.output, back.reasoning]).toEqual([
          inputTotal(usage),
          usage.cacheRead,
          usage.output,
          usage.reasoning,
        ]);
        expect(wire.totalTokenCount).toBe(inputTotal(usage) + usage.output);
      }),
    );
  });
});
