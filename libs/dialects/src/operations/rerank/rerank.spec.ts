import { GatewayError, type JsonObject } from '@turnpike/kernel';
import { NO_USAGE } from '@turnpike/protocol';
import fc from 'fast-check';
import {
  bedrockRerankWire,
  cohereRerankWire,
  jinaRerankWire,
  rank,
  rerankFront,
  type RerankRequest,
} from '.';

const asked: RerankRequest = {
  query: 'q',
  documents: ['a', { text: 'b', id: 7 }, 'c'],
  topN: 2,
  returnDocuments: true,
  maxTokensPerDocument: 64,
};
const VIEW = { id: 'r1', model: 'alias', createdAt: 5 };

describe('rerankFront', () => {
  it('reads everything there is', () => {
    const body = {
      model: 'm',
      query: 'q',
      documents: ['a', { text: 'b', id: 7 }, 'c'],
      top_n: 2,
      return_documents: true,
      max_tokens_per_doc: 64,
    };
    expect(rerankFront.decode(body)).toEqual(asked);
    expect(rerankFront.decode({ query: 'q', documents: ['a'], top_k: 1 })).toEqual({
      query: 'q',
      documents: ['a'],
      topN: 1,
      returnDocuments: false,
    });
  });

  it.each<[string, JsonObject, string]>([
    ['no query', { documents: ['a'] }, 'query'],
    ['an empty query', { query: '', documents: ['a'] }, 'query'],
    ['a query in pieces', { query: ['q'], documents: ['a'] }, 'query'],
    ['no documents', { query: 'q' }, 'documents'],
    ['an empty list', { query: 'q', documents: [] }, 'documents'],
    ['one text', { query: 'q', documents: 'a' }, 'documents'],
    ['a number', { query: 'q', documents: ['a', 5] }, 'documents[1]'],
    ['an object without text', { query: 'q', documents: [{ title: 'a' }] }, 'documents[0]'],
    ['too many', { query: 'q', documents: Array<string>(10_001).fill('a') }, 'documents'],
    ['top_n of 0', { query: 'q', documents: ['a'], top_n: 0 }, 'top_n'],
    ['a word for a flag', { query: 'q', documents: ['a'], return_documents: 'yes' }, 'return_documents'],
  ])('refuses %s', (_, body, param) => {
    const act = (): unknown => rerankFront.decode(body);
    expect(act).toThrow(GatewayError);
    expect(act).toThrow(expect.objectContaining({ details: { param } }) as Error);
  });

  it('writes results with the documents that were asked for', () => {
    const answer = { results: [{ index: 1, score: 0.9 }] };
    const cost = { usage: { ...NO_USAGE, input: 11 }, units: { search: 1 } };
    expect(rerankFront.encode(answer, { request: asked, cost, view: VIEW })).toEqual({
      id: 'r1',
      model: 'alias',
      results: [{ index: 1, relevance_score: 0.9, document: { text: 'b' } }],
      meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } },
      usage: { total_tokens: 11 },
    });
  });
});

describe('what vendors are asked', () => {
  const documents = ['a', 'b', 'c'];
  it.each([
    [
      'Cohere',
      cohereRerankWire,
      'm',
      { model: 'm', query: 'q', documents, top_n: 2, max_tokens_per_doc: 64 },
      [],
    ],
    [
      'Jina',
      jinaRerankWire,
      'm',
      { model: 'm', query: 'q', documents, top_n: 2, return_documents: false },
      ['dropped:max_tokens_per_doc'],
    ],
    [
      "Bedrock's Cohere",
      bedrockRerankWire,
      'cohere.rerank-v3-5:0',
      { query: 'q', documents, top_n: 2, api_version: 2 },
      ['dropped:max_tokens_per_doc'],
    ],
    [
      "Bedrock's own",
      bedrockRerankWire,
      'amazon.rerank-v1:0',
      { query: 'q', documents, top_n: 2 },
      ['dropped:max_tokens_per_doc'],
    ],
  ])('%s', (_, wire, model, body, losses) => {
    expect(wire.encode(asked, model)).toEqual({ bodies: [body], losses });
  });
});

describe('what vendors answer', () => {
  it.each<[string, JsonObject]>([
    [
      'results',
      {
        results: [
          { index: 0, relevance_score: 0.1 },
          { index: 2, relevance_score: 0.8 },
        ],
      },
    ],
    [
      'data',
      {
        data: [
          { index: 2, relevance_score: 0.8 },
          { index: 0, relevance_score: 0.1 },
        ],
      },
    ],
    [
      'scores',
      {
        results: [
          { index: 0, score: 0.1 },
          { index: 2, score: 0.8 },
        ],
      },
    ],
  ])('is read from %s, best first', (_, body) => {
    expect(jinaRerankWire.decode([body], asked)).toEqual({
      results: [
        { index: 2, score: 0.8 },
        { index: 0, score: 0.1 },
      ],
    });
  });

  it.each<[string, JsonObject]>([
    ['nothing', {}],
    ['no results', { results: [] }],
    ['a result without a score', { results: [{ index: 0 }] }],
    ['a document that was not sent', { results: [{ index: 3, score: 1 }] }],
    [
      'a document twice',
      {
        results: [
          { index: 0, score: 1 },
          { index: 0, score: 2 },
        ],
      },
    ],
  ])('%s is none', (_, body) => {
    expect(() => cohereRerankWire.decode([body], asked)).toThrow(SyntaxError);
  });

  it('is always sorted, and never more than was asked for', () => {
    const scores = fc.array(fc.double({ noNaN: true, min: -5, max: 5 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(scores, fc.integer({ min: 1, max: 40 }), (found, topN) => {
        const documents = found.map(String);
        const { results } = rank(
          found.map((score, index) => ({ index, score })),
          { query: 'q', documents, topN, returnDocuments: false },
        );
        expect(results).toHaveLength(Math.min(topN, found.length));
        expect(results.map(({ score }) => score)).toEqual([...found].sort((a, b) => b - a).slice(0, topN));
      }),
    );
  });
});
