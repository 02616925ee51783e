import type { JsonObject } from '@turnpike/kernel';
import { NO_USAGE, type Usage } from '@turnpike/protocol';
import { someUsage } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import { findChatUsage, readChatUsage } from './read-chat-usage';
import { writeChatUsage } from './write-chat-usage';

const usage = (figures: Partial<Usage>): Usage => ({ ...NO_USAGE, ...figures });

describe('readChatUsage', () => {
  it.each<[string, JsonObject, Usage | undefined]>([
    [
      'plain figures',
      { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
      usage({ input: 10, output: 5 }),
    ],
    [
      'cached input inside the prompt',
      {
        prompt_tokens: 100,
        completion_tokens: 9,
        prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
      },
      usage({ input: 30, cacheRead: 60, cacheWriteUnknownTtl: 10, output: 9 }),
    ],
    [
      'a prompt that was given without what was cached',
      {
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 115,
        prompt_tokens_details: { cached_tokens: 100 },
      },
      usage({ input: 10, cacheRead: 100, output: 5 }),
    ],
    [
      'reasoning beside the completion (xAI)',
      {
        prompt_tokens: 12,
        completion_tokens: 1,
        total_tokens: 303,
        completion_tokens_details: { reasoning_tokens: 290 },
      },
      usage({ input: 12, output: 291, reasoning: 290 }),
    ],
    [
      "reasoning that shows only in the total (Gemini's Chat endpoint)",
      { prompt_tokens: 35, completion_tokens: 12, total_tokens: 109 },
      usage({ input: 35, output: 74, reasoning: 62 }),
    ],
    [
      'more reasoning than output',
      { prompt_tokens: 1, completion_tokens: 10, completion_tokens_details: { reasoning_tokens: 11 } },
      usage({ input: 1, output: 10, reasoning: 10 }),
    ],
    [
      'cached tokens on top (Kimi)',
      { prompt_tokens: 9, completion_tokens: 1, cached_tokens: 4 },
      usage({ input: 5, cacheRead: 4, output: 1 }),
    ],
    [
      'hit and miss (DeepSeek)',
      { prompt_tokens: 9, prompt_cache_hit_tokens: 6, prompt_cache_miss_tokens: 3, completion_tokens: 1 },
      usage({ input: 3, cacheRead: 6, output: 1 }),
    ],
    [
      'hit and miss alone',
      { prompt_cache_hit_tokens: 6, prompt_cache_miss_tokens: 3 },
      usage({ input: 3, cacheRead: 6 }),
    ],
    [
      'nulls',
      {
        prompt_tokens: 4,
        completion_tokens: null,
        total_tokens: null,
        prompt_tokens_details: null,
        completion_tokens_details: { reasoning_tokens: null },
      },
      usage({ input: 4 }),
    ],
    ['no figure at all', { cost: 0.1, prompt_tokens: null }, undefined],
    ['figures that are none', { prompt_tokens: -3, completion_tokens: 'many' }, undefined],
  ])('reads %s', (_, wire, expected) => {
    expect(readChatUsage(wire)).toEqual(expected);
  });

  it('adds up to what the upstream says in total', () => {
    const figure = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(figure, figure, figure, figure, (prompt, cached, completion, extra) => {
        const total = prompt + completion + extra;
        const read = readChatUsage({
          prompt_tokens: prompt,
          completion_tokens: completion,
          total_tokens: total,
          prompt_tokens_details: { cached_tokens: Math.min(cached, prompt) },
        });
        expect(read && read.input + read.cacheRead + read.output).toBe(total);
      }),
    );
  });
});

describe('findChatUsage', () => {
  const figures = { prompt_tokens: 1, completion_tokens: 2 };
  it.each<[string, JsonObject]>([
    ['on top', { usage: figures, choices: [{ usage: { prompt_tokens: 7 } }] }],
    ['in the first choice', { usage: null, choices: [{ usage: figures }] }],
    ['in x_groq', { choices: [], x_groq: { id: 'r', usage: figures } }],
  ])('finds it %s', (_, body) => {
    expect(findChatUsage(body)).toEqual(usage({ input: 1, output: 2 }));
  });
});

describe('writeChatUsage', () => {
  it('is read back as it was, but for the lifetime of cache writes', () => {
    fc.assert(
      fc.property(someUsage, (figures) => {
        const written = figures.cacheWrite5m + figures.cacheWrite1h + figures.cacheWriteUnknownTtl;
        const expected = { ...figures, cacheWrite5m: 0, cacheWrite1h: 0, cacheWriteUnknownTtl: written };
        expect(readChatUsage(writeChatUsage(figures))).toEqual(expected);
      }),
    );
  });
});
