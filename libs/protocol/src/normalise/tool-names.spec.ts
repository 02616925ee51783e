import fc from 'fast-check';
import type { ChatRequest, Tool } from '../canonical/request';
import { bookNames, calledTools, CHAT_NAMES, indexTools, MESSAGES_NAMES } from './tool-names';

const tool = (name: string, more: Partial<Tool> = {}): Tool => ({ kind: 'function', name, ...more });
const requestWith = (tools: readonly Tool[], turns: ChatRequest['turns'] = []): ChatRequest => ({
  dialect: 'openai-chat',
  model: 'm',
  system: [],
  turns,
  tools,
  stream: false,
  includeUsage: false,
  native: {},
});
const wire = (names: readonly string[], rule = CHAT_NAMES): string[] => {
  const book = bookNames(requestWith(names.map((n) => tool(n))), rule, false);
  return names.map((name) => book.wireName({ name }));
};

describe('bookNames', () => {
  it.each([
    ['a legal name stays', ['get_weather-2'], ['get_weather-2']],
    ['illegal characters become underscores', ['mcp.server/tool'], ['mcp_server_tool']],
    ['a name of 64 characters fits', ['n'.repeat(64)], ['n'.repeat(64)]],
    ['a longer one is cut and hashed', ['n'.repeat(65)], [`${'n'.repeat(55)}_6d5ba3a8`]],
    ['the legal one of two keeps its name', ['a.b', 'a_b'], ['a_b_8c4bd5ec', 'a_b']],
  ])('%s', (_, names, expected) => {
    const sent = wire(names);
    expect(sent.map((n) => n.replace(/_[0-9a-f]{8}$/, ''))).toEqual(
      expected.map((n) => n.replace(/_[0-9a-f]{8}$/, '')),
    );
    expect(sent.map((n) => n.length)).toEqual(expected.map((n) => n.length));
  });

  it('gives legal and different names, whatever the order, and restores each', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 90, unit: 'grapheme' }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(names, fc.constantFrom(CHAT_NAMES, MESSAGES_NAMES), (list, rule) => {
        const sent = wire(list, rule);
        expect(new Set(sent).size).toBe(list.length);
        for (const name of sent) expect(name).toMatch(new RegExp(`^[a-zA-Z0-9_-]{1,${rule.maxLength}}$`));
        expect(wire([...list].reverse(), rule)).toEqual([...sent].reverse());
        const { restoration } = bookNames(requestWith(list.map((n) => tool(n))), rule, false);
        expect(sent.map((name) => restoration?.get(name)?.name ?? name)).toEqual(list);
      }),
    );
  });

  it('flattens namespaces and marks emulated free-text tools', () => {
    const tools = [tool('read', { namespace: 'fs' }), tool('patch', { kind: 'custom' }), tool('plain')];
    const book = bookNames(requestWith(tools), CHAT_NAMES, true);
    expect(tools.map((t) => book.wireName(t))).toEqual(['fs__read', 'patch', 'plain']);
    expect([...(book.restoration ?? [])]).toEqual([
      ['fs__read', { name: 'read', namespace: 'fs' }],
      ['patch', { name: 'patch', custom: true }],
    ]);
    expect(bookNames(requestWith([tool('plain')]), CHAT_NAMES, true).restoration).toBeUndefined();
  });

  it('knows the names of the history', () => {
    const call = { kind: 'call', id: 'c', name: 'old.tool', args: '', tool: 'function' } as const;
    const request = requestWith([], [{ role: 'assistant', parts: [call, call] }]);
    const book = bookNames(request, CHAT_NAMES, false);
    expect(book.wireName(call)).toBe('old_tool');
    expect(book.renamed).toBe(1);
    expect(calledTools(request).map((t) => t.name)).toEqual(['old.tool']);
  });
});

describe('indexTools', () => {
  it.each([
    ['read', 0],
    ['fs__read', 0],
    ['other', 1],
  ])('finds %s', (name, index) => {
    const tools = [tool('read', { namespace: 'fs' }), tool('other')];
    expect(indexTools(tools).get(name)).toBe(tools[index]);
  });
});
