import type { JsonObject } from '@turnpike/kernel';
import { inputTotal, NO_USAGE } from '@turnpike/protocol';
import { someUsage } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import { readResponsesUsage, writeResponsesUsage } from './responses-usage';

describe('usage', () => {
  it.each<[string, JsonObject, object | undefined]>([
    [
      'all figures',
      {
        input_tokens: 100,
        input_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
        output_tokens: 9,
        output_tokens_details: { reasoning_tokens: 4 },
        total_tokens: 109,
      },
      { input: 30, cacheRead: 60, cacheWriteUnknownTtl: 10, output: 9, reasoning: 4 },
    ],
    [
      'an input without what was cached',
      { input_tokens: 10, input_tokens_details: { cached_tokens: 60 }, output_tokens: 1 },
      { input: 10, cacheRead: 60, output: 1 },
    ],
    [
      'a total with more output',
      { input_tokens: 12, output_tokens: 1, total_tokens: 303 },
      { input: 12, output: 291, reasoning: 290 },
    ],
    [
      'more reasoning than output',
      { input_tokens: 1, output_tokens: 10, output_tokens_details: { reasoning_tokens: 11 } },
      { input: 1, output: 10, reasoning: 10 },
    ],
    [
      'null details',
      { input_tokens: 1, input_tokens_details: null, output_tokens: 2 },
      { input: 1, output: 2 },
    ],
    ['no figures', {}, undefined],
  ])('reads %s', (_, body, expected) => {
    expect(readResponsesUsage(body)).toEqual(expected && { ...NO_USAGE, ...expected });
  });

  it('loses no token on the way out and back', () => {
    fc.assert(
      fc.property(someUsage, (usage) => {
        const body = writeResponsesUsage(usage);
        const back = readResponsesUsage(body) ?? NO_USAGE;
        expect([inputTotal(back), back.input, back.cacheRead, back.output, back.reasoning]).toEqual([
          inputTotal(usage),
          usage.input,
          usage.cacheRead,
          usage.output,
          usage.reasoning,
        ]);
        expect(body.total_tokens).toBe(inputTotal(usage) + usage.output);
      }),
    );
  });
});
