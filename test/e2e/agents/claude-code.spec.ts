import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JournalEntry } from '../../../apps/mock-upstream/src/mock-upstream';
import type { UpstreamDialect } from '../stage/gateway-config';
import { gatewayConfig, providerEntry } from '../stage/gateway-config';
import type { Stage } from '../stage/stage';
import { mockOf, openStage } from '../stage/stage';
import type { ClaudeResult } from './run-claude-code';
import { runClaudeCode } from './run-claude-code';

interface Said {
  readonly is_error: boolean;
  readonly result: string;
  readonly num_turns: number;
}

/** A model name that the agent knows and one that it asks for with newer members. */
const MODELS = ['claude-sonnet-4-5', 'claude-opus-5'];
const UPSTREAMS: readonly UpstreamDialect[] = ['messages', 'chat'];
const SECRET = 'heliotrope-7';

let stage: Stage;
let folder: string;
let serial = 0;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'turnpike-claude-'));
  writeFileSync(path.join(folder, 'note.txt'), `The secret word is ${SECRET}.\n`);
  stage = await openStage({
    mocks: { messages: { paceMs: 0 }, chat: { paceMs: 0 } },
    config: (mocks) =>
      gatewayConfig({
        providers: Object.fromEntries(
          UPSTREAMS.map((dialect) => [dialect, providerEntry(mockOf({ mocks }, dialect), dialect)]),
        ),
        routes: {
          'claude-sonnet-4-5': ['messages/claude-sonnet-4-5'],
          'claude-opus-5': ['messages/claude-opus-5'],
          'claude-sonnet-4-5-chat': ['chat/gpt-x'],
          'claude-opus-5-chat': ['chat/gpt-y'],
        },
      }),
  });
}, 90_000);
afterAll(async () => {
  await stage?.close();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

async function work(
  model: string,
  upstream: UpstreamDialect,
  directive: string,
  request = 'Please work on note.txt.',
): Promise<{ run: ClaudeResult; said: Said; seen: JournalEntry[] }> {
  const id = `cc-${++serial}`;
  const run = await runClaudeCode({
    prompt: `${request} [[mock: id=${id} ${directive}]]`,
    project: folder,
    home: path.join(folder, 'home'),
    baseUrl: stage.url,
    token: stage.key,
    model: upstream === 'chat' ? `${model}-chat` : model,
    allowedTools: ['Read', 'Bash(cat:*)', 'Edit'],
  });
  const said = JSON.parse(run.stdout || '{}') as Said;
  return { run, said, seen: mockOf(stage, upstream).journal.of(id) };
}

const quoted = (value: unknown): string => JSON.stringify(JSON.stringify(value));
const complaints = (seen: readonly JournalEntry[]): unknown[] =>
  seen.flatMap((entry) => entry.complaint ?? []);

describe.each(UPSTREAMS)('Claude Code in front of a %s provider', (upstream) => {
  it.each(MODELS)(
    'reads a file and ends (%s)',
    async (model) => {
      const args = quoted({ file_path: path.join(folder, 'note.txt') });
      const { run, said, seen } = await work(
        model,
        upstream,
        `tool=1 toolName=Read toolArgs=${args} text="I have read the note."`,
      );
      expect(complaints(seen)).toEqual([]);
      expect([run.exitCode, said.is_error, said.result]).toEqual([0, false, 'I have read the note.']);
      expect(seen).toHaveLength(2);
      expect(seen[0]?.raw).not.toContain(SECRET);
      expect(seen[1]?.raw).toContain(SECRET);
    },
    100_000,
  );

  it('runs two tools at once', async () => {
    const { run, said, seen } = await work(
      'claude-sonnet-4-5',
      upstream,
      `tool=2 toolName=Bash toolArgs=${quoted({ command: 'cat note.txt', description: 'Show the note' })} sayToo text="Both ran."`,
    );
    expect(complaints(seen)).toEqual([]);
    expect([run.exitCode, said.is_error, said.result]).toEqual([0, false, 'Both ran.']);
    expect(seen.at(-1)?.raw.split(SECRET).length).toBeGreaterThanOrEqual(3);
  }, 100_000);

  it('reads, then edits a file', async () => {
    const file = path.join(folder, `edit-${upstream}.txt`);
    writeFileSync(file, 'old line\n');
    const call = (toolName: string, args: unknown): Record<string, unknown> => ({
      tool: 1,
      toolName,
      toolArgs: JSON.stringify(args),
    });
    const prompt = `edit the file for ${upstream}`;
    mockOf(stage, upstream).script([
      { match: { prompt, nth: 1 }, plan: call('Read', { file_path: file }) },
      {
        match: { prompt, nth: 1 },
        plan: {
          again: true,
          ...call('Edit', { file_path: file, old_string: 'old line', new_string: 'new line' }),
        },
      },
    ]);
    const { run, said, seen } = await work('claude-sonnet-4-5', upstream, 'text="Edited."', prompt);
    expect(complaints(seen)).toEqual([]);
    expect([run.exitCode, said.result]).toEqual([0, 'Edited.']);
    expect(readFileSync(file, 'utf8')).toBe('new line\n');
  }, 100_000);

  it('gets over a provider that is overloaded once', async () => {
    const { run, said, seen } = await work(
      'claude-sonnet-4-5',
      upstream,
      'fault=529 times=1 text="Better now."',
    );
    expect([run.exitCode, said.is_error, said.result]).toEqual([0, false, 'Better now.']);
    expect(seen.map((entry) => entry.status)).toEqual([529, 200]);
  }, 100_000);

  it('says what is wrong when the key is wrong', async () => {
    const run = await runClaudeCode({
      prompt: 'hi',
      project: folder,
      home: path.join(folder, 'home'),
      baseUrl: stage.url,
      token: 'tpk_wrong',
      model: 'claude-sonnet-4-5',
      allowedTools: ['Read'],
    });
    expect(run.exitCode).not.toBe(0);
    expect(run.stdout).toMatch(/authenticat|401|key/i);
  }, 100_000);
});
