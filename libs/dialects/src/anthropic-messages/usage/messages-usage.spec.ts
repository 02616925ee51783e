import type { JsonObject } from '@turnpike/kernel';
import { NO_USAGE, type PartialUsage, type Usage } from '@turnpike/protocol';
import { someUsage } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import { MessagesUsage, readMessagesUsage } from './messages-usage';
import { writeMessagesUsage } from './write-messages-usage';

describe('readMessagesUsage', () => {
  it.each<[string, JsonObject, Partial<Usage>]>([
    ['plain figures', { input_tokens: 3, output_tokens: 4 }, { input: 3, output: 4 }],
    [
      'cached input beside the input',
      { input_tokens: 40, cache_read_input_tokens: 60, cache_creation_input_tokens: 7, output_tokens: 9 },
      { input: 40, cacheRead: 60, cacheWriteUnknownTtl: 7, output: 9 },
    ],
    [
      'cache writes by lifetime',
      {
        input_tokens: 1,
        cache_creation_input_tokens: 30,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 15 },
        output_tokens: 1,
      },
      { input: 1, cacheWrite5m: 10, cacheWrite1h: 15, cacheWriteUnknownTtl: 5, output: 1 },
    ],
    [
      'thinking',
      { input_tokens: 1, output_tokens: 10, output_tokens_details: { thinking_tokens: 12 } },
      { input: 1, output: 10, reasoning: 10 },
    ],
    [
      'nulls',
      { input_tokens: 2, cache_read_input_tokens: null, cache_creation: null, output_tokens: 1 },
      { input: 2, output: 1 },
    ],
  ])('reads %s', (_, wire, expected) => {
    expect(readMessagesUsage(wire)).toEqual({ ...NO_USAGE, ...expected });
  });

  it.each([[{}], [null], ['x'], [{ service_tier: 'standard' }]])('finds nothing in %j', (wire) => {
    expect(readMessagesUsage(wire)).toBeUndefined();
  });
});

describe('MessagesUsage', () => {
  it.each<[string, JsonObject[], PartialUsage]>([
    [
      'lets the later report replace the earlier, field by field',
      [
        { input_tokens: 40, cache_read_input_tokens: 60, output_tokens: 1 },
        { output_tokens: 9, input_tokens: null },
      ],
      { input: 40, cacheRead: 60, output: 9 },
    ],
    [
      'counts cache writes once when only one report splits them',
      [
        {
          cache_creation_input_tokens: 100,
          cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 0 },
        },
        { cache_creation_input_tokens: 100, output_tokens: 2 },
      ],
      { cacheWrite5m: 100, cacheWrite1h: 0, cacheWriteUnknownTtl: 0, output: 2 },
    ],
  ])('%s', (_, reports, expected) => {
    const usage = new MessagesUsage();
    for (const report of reports) usage.take(report);
    expect(usage.partial()).toEqual(expected);
  });
});

describe('writeMessagesUsage', () => {
  it('is read back as it was, where the lifetimes of cache writes are all known or none is', () => {
    fc.assert(
      fc.property(someUsage, fc.boolean(), (figures, known) => {
        const usage = known
          ? { ...figures, cacheWriteUnknownTtl: 0 }
          : { ...figures, cacheWrite5m: 0, cacheWrite1h: 0 };
        expect(readMessagesUsage(writeMessagesUsage(usage))).toEqual(usage);
      }),
    );
  });

  it('makes nothing up', () => {
    expect(writeMessagesUsage({ output: 3 })).toEqual({ output_tokens: 3 });
  });
});
