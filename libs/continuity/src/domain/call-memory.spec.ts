import { MemoryByteStore } from '../adapters/memory-byte-store';
import { CallMemory, KEPT_MS } from './call-memory';
import { keepReasoning, type KeptReasoning } from './kept-reasoning';
import { readResponseRecord, writeResponseRecord, type ResponseRecord } from './response-record';
import { Sealer } from './sealer';
import { LARGEST_VALUE, SealedStore } from './sealed-store';

const ORIGIN = { provider: 'p', credentialId: 'p/c', vendor: 'openai', account: 'a', storedUpstream: false };
const RECORD: ResponseRecord = {
  ...ORIGIN,
  response: '{"id":"resp_ä","n":12345678901234567890}',
  before: '[1, 2]',
};
const KEPT: KeptReasoning = {
  vendor: 'v',
  account: 'a',
  name: 'f',
  opening: [{ kind: 'reasoning', text: 'x', signature: { vendor: 'v', value: 's' } }],
  reasoning: [],
};

function open(clock = (): number => 0): { memory: CallMemory; defects: unknown[] } {
  const defects: unknown[] = [];
  const store = new SealedStore({
    store: new MemoryByteStore({ clock }),
    sealer: new Sealer([Buffer.alloc(32, 1)]),
  });
  return { memory: new CallMemory(store, (error) => defects.push(error)), defects };
}

describe('CallMemory', () => {
  it('finds the reasoning of calls, for their owner alone', async () => {
    const { memory, defects } = open();
    memory.keepReasoning(
      'o1',
      new Map([
        ['a', KEPT],
        ['b', { ...KEPT, name: 'g' }],
      ]),
    );
    expect(await memory.recallReasoning('o1', ['b', 'x', 'a'])).toEqual(
      new Map([
        ['b', { ...KEPT, v: 1, name: 'g' }],
        ['a', { ...KEPT, v: 1 }],
      ]),
    );
    expect((await memory.recallReasoning('o2', ['a', 'b'])).size).toBe(0);
    expect(defects).toEqual([]);
  });

  it('finds responses, for their owner alone, for a day', async () => {
    let nowMs = 0;
    const { memory } = open(() => nowMs);
    memory.keepResponse('o1', 'resp_1', RECORD);
    expect(await memory.recallResponse('o1', 'resp_1')).toEqual({ kind: 'found', record: RECORD });
    expect(await memory.recallResponse('o2', 'resp_1')).toEqual({ kind: 'unknown' });
    nowMs = KEPT_MS - 1;
    expect((await memory.recallResponse('o1', 'resp_1')).kind).toBe('found');
    nowMs = KEPT_MS;
    expect((await memory.recallResponse('o1', 'resp_1')).kind).toBe('unknown');
  });

  it('looks twice for a response whose record is being written', async () => {
    const { memory } = open();
    const looking = memory.recallResponse('o', 'resp_1');
    setTimeout(() => memory.keepResponse('o', 'resp_1', RECORD), 20);
    expect((await looking).kind).toBe('found');
  });

  it('forgets a response for its owner alone', async () => {
    const { memory } = open();
    memory.keepResponse('o1', 'resp_1', RECORD);
    expect(await memory.forgetResponse('o2', 'resp_1')).toBe('unknown');
    expect(await memory.forgetResponse('o1', 'resp_1')).toBe('forgotten');
    expect(await memory.forgetResponse('o1', 'resp_1')).toBe('unknown');
  });

  it('keeps of a response that is too large what its upstream needs', async () => {
    const { memory } = open();
    const large = { ...RECORD, before: `["${'x'.repeat(LARGEST_VALUE)}"]` };
    memory.keepResponse('o', 'ours', large);
    memory.keepResponse('o', 'theirs', { ...large, storedUpstream: true });
    expect((await memory.recallResponse('o', 'ours')).kind).toBe('unknown');
    expect(await memory.recallResponse('o', 'theirs')).toEqual({
      kind: 'found',
      record: { ...ORIGIN, storedUpstream: true },
    });
  });
});

describe('records', () => {
  it('of responses survive writing, byte for byte', () => {
    expect(readResponseRecord(writeResponseRecord(RECORD))).toEqual(RECORD);
    expect(readResponseRecord(writeResponseRecord(ORIGIN))).toEqual(ORIGIN);
  });

  it('of reasoning hold what can be of use, and are none where nothing can', () => {
    const words = { kind: 'reasoning', text: 'x' } as const;
    const traced = { id: 'a', name: 'f', opening: [words], reasoning: [words, ...KEPT.opening] };
    const origin = { vendor: 'v', account: 'a', wantsWords: false };
    expect(keepReasoning(traced, origin)).toEqual({ ...KEPT, opening: [], reasoning: KEPT.opening });
    expect(keepReasoning({ ...traced, reasoning: [words] }, origin)).toBeUndefined();
    expect(keepReasoning({ ...traced, reasoning: [] }, { ...origin, wantsWords: true })).toMatchObject({
      opening: [words],
    });
  });
});
