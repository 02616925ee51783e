import { DIALECT_IDS } from '@turnpike/protocol';
import type { JournalEntry } from '../../../apps/mock-upstream/src/mock-upstream';
import { mockOf, type Stage } from '../stage/stage';
import { askStream, askWhole } from './call-client';
import { CLIENTS, type Result } from './client-bodies';
import { aliasOf, faultyAliasOf, openWires, seeingAliasOf, WIRES, type Wire } from './wires';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PROMPT = '[[mock: text="Hello there" tokens=9 in=100 cached=60 chunks=4]]';
const TOOLS = '[[mock: tool=2 tokens=9]]';
const PAIRS = WIRES.flatMap((wire) => DIALECT_IDS.map((client) => [wire, client] as const));

let stage: Stage;
beforeAll(async () => {
  stage = await openWires(DIALECT_IDS);
}, 90_000);
afterAll(() => stage?.close(), 30_000);

const lastAt = (wire: Wire): JournalEntry => {
  const entry = mockOf(stage, wire).journal.last();
  if (!entry) throw new Error(`${wire} was not asked`);
  return entry;
};

/** Where each wire says that it was thought. */
const THOUGHTS: Readonly<Record<Wire, RegExp>> = {
  bedrock: /"reasoningContent":\{"reasoningText":\{"text":"Thinking about/,
  cohere: /"tool_plan":"Thinking about/,
  // Only models whose template wants it get it back.
  ollama: /"tool_calls":\[/,
};

describe.each(PAIRS)('%s, asked by a client of %s', (wire, client) => {
  const model = aliasOf(wire);
  const body = (asked: Parameters<(typeof CLIENTS)[typeof client]['body']>[1], alias = model) =>
    CLIENTS[client].body(alias, asked);

  it('answers whole and streamed alike, and says what it cost', async () => {
    const whole = await askWhole(stage, client, model, body({ prompt: PROMPT }));
    expect(whole).toMatchObject({
      status: 200,
      text: 'Hello there',
      stop: 'end',
      usage: [160, expect.any(Number), 9],
    });
    const streamed = await askStream(stage, client, model, body({ prompt: PROMPT, stream: true }));
    expect(streamed).toMatchObject({ text: 'Hello there', stop: 'end', done: true, problems: [] });
    expect(streamed.usage).toEqual(whole.usage);
    expect(whole.usage?.[1]).toBe(wire === 'ollama' ? 0 : 60);
  });

  it('thinks, calls two tools at once and takes their results', async () => {
    const asked = body({ prompt: TOOLS, tools: true, thinking: true });
    const called = await askWhole(stage, client, model, asked);
    expect([called.status, called.stop, called.reasoning]).toEqual([
      200,
      'tool',
      expect.stringMatching(/^Thinking about/),
    ]);
    expect(called.calls.map(({ name }) => name)).toEqual(['get_weather', 'get-time']);
    expect(new Set(called.calls.map(({ id }) => id)).size).toBe(2);
    for (const { args } of called.calls) expect(JSON.parse(args)).toHaveProperty('city');
    const results = called.calls.map(({ id, name }): Result => ({ id, name, output: `result of ${name}` }));
    const next = CLIENTS[client].followUp(asked, called.raw, results);
    const ended = await askWhole(stage, client, model, next);
    expect([ended.status, ended.calls, ended.stop]).toEqual([200, [], 'end']);
    const { raw, complaint } = lastAt(wire);
    expect(complaint).toBeUndefined();
    expect(raw).toMatch(THOUGHTS[wire]);
    expect(raw.indexOf('result of get_weather')).toBeLessThan(raw.indexOf('result of get-time'));
  });

  it('streams thinking and calls', async () => {
    const asked = body({ prompt: TOOLS, tools: true, thinking: true, stream: true });
    const called = await askStream(stage, client, model, asked);
    expect(called).toMatchObject({ stop: 'tool', done: true, problems: [] });
    expect(called.reasoning).toMatch(/^Thinking about/);
    expect(called.calls.map(({ name }) => name)).toEqual(['get_weather', 'get-time']);
  });

  it('sees an image', async () => {
    const alias = seeingAliasOf(wire);
    const answer = await askWhole(stage, client, alias, body({ prompt: 'What is this?', image: PNG }, alias));
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('1 image')]);
    expect(lastAt(wire).raw).toContain(PNG);
  });

  it('says what was wrong in the provider’s words', async () => {
    const prompt = '[[mock: fault=400 message="odd member"]]';
    const refused = await askWhole(stage, client, model, body({ prompt }));
    expect([refused.status, JSON.stringify(refused.raw)]).toEqual([
      400,
      expect.stringContaining('odd member'),
    ]);
  });

  it('tells a limit as a limit', async () => {
    const alias = faultyAliasOf(wire, '429', client);
    const limited = await askWhole(stage, client, alias, body({ prompt: '[[mock: fault=429]]' }, alias));
    expect([limited.status, JSON.stringify(limited.raw)]).toEqual([
      429,
      expect.stringContaining('"turnpike"'),
    ]);
  });

  it('fails with a status when a stream fails before its first word', async () => {
    const alias = faultyAliasOf(wire, 'error:start', client);
    const prompt = '[[mock: fault=error:start message="no capacity today"]]';
    const failed = await askStream(stage, client, alias, body({ prompt, stream: true }, alias));
    expect(failed.status).toBeGreaterThanOrEqual(500);
    expect(JSON.stringify(failed.raw)).toContain('no capacity today');
  });

  it.each(['error:mid', 'eof:mid', 'drop:mid'] as const)(
    'never ends a broken stream as if it were whole: %s',
    async (fault) => {
      const alias = faultyAliasOf(wire, fault, client);
      const prompt = `[[mock: fault=${fault} text="one two three four" chunks=4]]`;
      const broken = await askStream(stage, client, alias, body({ prompt, stream: true }, alias));
      expect([broken.status, broken.done, broken.problems]).toEqual([200, false, []]);
      expect(broken.error).toBeDefined();
      expect('one two three four'.startsWith(broken.text) && broken.text !== '').toBe(true);
    },
  );
});
