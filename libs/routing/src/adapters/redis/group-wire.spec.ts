import fc from 'fast-check';
import { decodeAnswer, decodeReading, encodeEntry, encodeJson, groupKeys } from './group-wire';

/** What Redis Cluster hashes of a key. */
const tagOf = (key: string): string | undefined => /\{(.*?)\}/.exec(key)?.[1];

describe('keys of a group', () => {
  it('are in one slot, whatever the group is called', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const [state, calls] = groupKeys('tp:', name).map(tagOf);
        expect(state).toBeDefined();
        expect(calls).toBe(state);
      }),
    );
  });

  it('differ from group to group', () => {
    const names = ['a', 'a}', '{a', '{a}', 'a%7d', '%7ba', 'a}:state', ''];
    expect(new Set(names.flatMap((name) => groupKeys('tp:', name))).size).toBe(2 * names.length);
  });
});

it('an entry is spelled out for the script, empty where nothing is said', () => {
  const entry = {
    place: { credentialId: 'key', model: 'model' },
    lease: 'lease',
    demand: { inputTokens: 10, outputTokens: 20 },
    force: true,
  };
  expect(encodeEntry(entry)).toEqual(['key', 'model', 'lease', 10, 20, 1, '', '', '', '', '', '', 0, 0]);
  const limits = { rpm: 1, tpm: 2, rpd: 3, tpd: 4, concurrency: 5 };
  const day = { id: 'today', leftMs: 6.4 };
  expect(encodeEntry({ ...entry, limits, day, ahead: 7 }).slice(6)).toEqual([1, 2, 3, 4, 5, 'today', 6, 7]);
});

it.each([
  [[1_000, 1, 0, 0], { kind: 'entered', taken: false }, 0],
  [[1_000, 1, 1, 7], { kind: 'entered', taken: true, onlyCounted: true }, 7],
  [[1_000, 1, 2, 0], { kind: 'entered', taken: true }, 0],
  [
    [1_000, 0, 'recovering', 2_000, 1, 'heuristic'],
    { kind: 'closed', reason: 'recovering', untilMs: 2_000, soft: true, provenance: 'heuristic' },
    0,
  ],
])('an answer %j', (reply, answer, ahead) => {
  expect(decodeAnswer(reply)).toEqual({ atMs: 1_000, answer, ahead });
});

it('lists that Lua has emptied are lists again', () => {
  const fields = {
    version: '1',
    probing: '{"bench:group":1}',
    minute: '[7,1,100,8,2,200]',
    'bench:group': '{"coolings":{"auth":{"untilMs":5,"strikesMs":{}}},"probes":{"lease":9}}',
    'breaker:key\nmodel': '{"phase":"closed","buckets":{},"failuresInARow":1}',
    'buckets:a:b\nc': '{"requests":{"limit":1,"sent":{}}}',
  };
  const { state, version, atMs } = decodeReading([3, '1', Object.entries(fields).flat(), ['lease', '4']]);
  expect([version, atMs]).toEqual(['1', 3]);
  expect(state).toEqual({
    benches: { group: { coolings: { auth: { untilMs: 5, strikesMs: [] } }, probes: { lease: 9 } } },
    breakers: { 'key\nmodel': { phase: 'closed', buckets: [], failuresInARow: 1 } },
    penalties: {},
    buckets: { 'a:b\nc\nrequests': { limit: 1, sent: [] } },
    minute: [
      { second: 7, requests: 1, tokens: 100 },
      { second: 8, requests: 2, tokens: 200 },
    ],
    day: undefined,
    calls: { lease: 4 },
  });
  expect(decodeReading([3, '1']).state).toBeUndefined();
});

it('text that is none does not keep a script from reading the rest', () => {
  expect(encodeJson({ model: 'a\ud800b', other: 'x\u{1f600}' })).toBe(
    '{"model":"a\ufffdb","other":"x\u{1f600}"}',
  );
});
