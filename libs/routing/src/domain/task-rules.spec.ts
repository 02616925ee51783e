import fc from 'fast-check';
import { chooseByRules, type TaskConditions, type TaskFacts, type TaskRule } from './task-rules';

const ASKED: TaskFacts = {
  model: 'claude-sonnet-4-5',
  inputTokens: 5_000,
  images: false,
  tools: true,
  thinking: false,
  background: false,
  header: (name) => ({ 'x-foo': 'bar' })[name],
  metadata: (name) => ({ team: 'red' })[name],
};

const facts = (more: Partial<TaskFacts> = {}): TaskFacts => ({ ...ASKED, ...more });

describe('conditions of a rule', () => {
  it.each<[TaskConditions, Partial<TaskFacts>, boolean]>([
    [{ inputTokensOver: 4_999 }, {}, true],
    [{ inputTokensOver: 5_000 }, {}, false],
    [{ inputTokensOver: 0 }, { inputTokens: 1 }, true],
    [{ images: true }, {}, false],
    [{ images: true }, { images: true }, true],
    [{ images: false }, {}, true],
    [{ tools: true }, {}, true],
    [{ tools: false }, {}, false],
    [{ thinking: true }, { thinking: true }, true],
    [{ thinking: true }, {}, false],
    [{ background: true }, { background: true }, true],
    [{ background: true }, {}, false],
    [{ model: 'claude-*' }, {}, true],
    [{ model: 'claude-sonnet-4-5' }, {}, true],
    [{ model: 'claude-*-haiku*' }, {}, false],
    [{ model: 'claude-*-haiku*' }, { model: 'claude-3-5-haiku-20241022' }, true],
    [{ header: { 'x-foo': 'bar' } }, {}, true],
    [{ header: { 'x-foo': 'Bar' } }, {}, false],
    [{ header: { 'x-foo': 'bar', 'x-other': 'y' } }, {}, false],
    [{ header: {} }, {}, true],
    [{ metadata: { team: 'red' } }, {}, true],
    [{ metadata: { team: 'blue' } }, {}, false],
    [{ metadata: { toString: 'x' } }, {}, false],
    [{ tools: true, images: true }, {}, false],
    [{ tools: true, inputTokensOver: 10, model: '*sonnet*', header: { 'x-foo': 'bar' } }, {}, true],
    [{}, {}, true],
  ])('%j of %j: %s', (when, more, holds) => {
    expect(chooseByRules([{ when, use: 'other' }], facts(more))).toBe(holds ? 'other' : undefined);
  });

  it('asks for nothing that no rule asks for, nor for more once a condition fails', () => {
    const asked: string[] = [];
    const watched = new Proxy(ASKED, {
      get: (target, name: keyof TaskFacts) => {
        asked.push(name);
        return target[name];
      },
    });
    chooseByRules([], watched);
    expect(asked).toEqual([]);
    const rules: TaskRule[] = [
      { when: { model: 'gpt-*', thinking: true }, use: 'a' },
      { when: { tools: true }, use: 'b' },
      { when: { images: true }, use: 'c' },
    ];
    expect(chooseByRules(rules, watched)).toBe('b');
    expect(asked).toEqual(['model', 'tools']);
  });
});

describe('any rules', () => {
  const flag = fc.option(fc.boolean(), { nil: undefined });
  const when = fc.record({
    images: flag,
    tools: flag,
    thinking: flag,
    background: flag,
    inputTokensOver: fc.option(fc.nat(3), { nil: undefined }),
    model: fc.option(fc.constantFrom('a*', '*b', 'ab', '*'), { nil: undefined }),
  });
  const request = fc.record({
    images: fc.boolean(),
    tools: fc.boolean(),
    thinking: fc.boolean(),
    background: fc.boolean(),
    inputTokens: fc.nat(4),
    model: fc.constantFrom('ab', 'a', 'b'),
  });
  const NAMED: Readonly<Record<string, readonly string[]>> = {
    'a*': ['ab', 'a'],
    '*b': ['ab', 'b'],
    ab: ['ab'],
  };

  it('the first whose conditions all hold wins', () => {
    fc.assert(
      fc.property(fc.array(when), request, (list, asked) => {
        const first = list.findIndex(
          (each) =>
            (['images', 'tools', 'thinking', 'background'] as const).every(
              (name) => each[name] === undefined || each[name] === asked[name],
            ) &&
            (each.inputTokensOver === undefined || asked.inputTokens > each.inputTokensOver) &&
            (each.model === undefined ||
              each.model === '*' ||
              NAMED[each.model]?.includes(asked.model) === true),
        );
        const rules = list.map((each, i) => ({ when: each, use: String(i) }));
        expect(chooseByRules(rules, facts(asked))).toBe(first < 0 ? undefined : String(first));
      }),
    );
  });
});
