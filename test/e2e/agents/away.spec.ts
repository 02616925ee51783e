import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JournalEntry } from '../../../apps/mock-upstream/src/mock-upstream';
import { matrixEntry, targetAt } from '../sdk-matrix/open-matrix';
import { gatewayConfig, type UpstreamDialect } from '../stage/gateway-config';
import { mockOf, openStage, type Stage } from '../stage/stage';
import type { Agent, AgentAnswer } from './agent';
import { claudeCode } from './run-claude-code';
import { codex } from './run-codex';

const MINUTE_S = 60;
/** What an agent is told to wait where nobody else could serve it. */
const ALONE_S = 15;
/** Starting a program, and what an agent adds to a wait of its own accord. */
const SLACK_MS = 10_000;

const CASES: readonly { readonly agent: Agent; readonly upstream: UpstreamDialect }[] = [
  { agent: claudeCode, upstream: 'messages' },
  { agent: codex, upstream: 'responses' },
];

let stage: Stage;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'turnpike-away-'));
  writeFileSync(path.join(folder, 'note.txt'), 'The secret word is heliotrope-8.\n');
  stage = await openStage({
    mocks: { first: { paceMs: 0 }, second: { paceMs: 0 } },
    config: (mocks) => {
      const upstreams = CASES.map(({ upstream }) => upstream);
      return gatewayConfig({
        providers: Object.fromEntries(
          upstreams.flatMap((upstream) =>
            ['first', 'second', 'alone'].map((name) => [
              `${name}-${upstream}`,
              matrixEntry(
                mockOf({ mocks }, name === 'second' ? name : 'first'),
                upstream,
                `${name}-${upstream}`,
              ),
            ]),
          ),
        ),
        routes: Object.fromEntries(
          CASES.flatMap(({ agent, upstream }) => [
            [
              `${agent.models[0]}-of-two`,
              [targetAt(`first-${upstream}`, upstream), targetAt(`second-${upstream}`, upstream)],
            ],
            [`${agent.models[0]}-alone`, [targetAt(`alone-${upstream}`, upstream)]],
          ]),
        ),
      });
    },
  });
}, 120_000);
afterAll(async () => {
  await stage?.close();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

const run = (agent: Agent, route: string, word: string, session?: string): Promise<AgentAnswer> =>
  agent.run({
    prompt: `Please do ${word} now.`,
    project: folder,
    home: path.join(folder, '.home', agent.name),
    url: stage.url,
    key: stage.key,
    model: `${agent.models[0]}-${route}`,
    ...(session === undefined ? {} : { session }),
  });

const generated = (name: string, word: string): JournalEntry[] =>
  mockOf(stage, name).journal.entries.filter(
    ({ operation, raw }) => operation === 'generate' && raw.includes(word),
  );

describe.each(CASES)('$agent.name while its first provider is at a limit', ({ agent }) => {
  it('goes on with its session at the second one, for a minute and more', async () => {
    const refusal = { fault: '429', limit: 'seconds', waitMs: MINUTE_S * 1_000 };
    mockOf(stage, 'first').script([{ plan: refusal }]);
    const order = agent.read(path.join(folder, 'note.txt'));
    const startedAtMs = Date.now();
    let session: string | undefined;
    let errands = 0;
    while (Date.now() - startedAtMs < (MINUTE_S + 5) * 1_000) {
      const word = `errand-${agent.name}-${errands}-end`;
      const plan = { ...(errands === 0 ? { tool: 1, ...order } : {}), text: `Done ${errands}.` };
      mockOf(stage, 'second').script([{ match: { prompt: word }, plan }]);
      const answer = await run(agent, 'of-two', word, session);
      expect([answer.exitCode, answer.text.trim()]).toEqual([0, `Done ${errands}.`]);
      expect(generated('second', word).length).toBeGreaterThan(0);
      session = answer.session;
      errands++;
    }
    expect(errands).toBeGreaterThan(1);
    // It was asked once, and left alone for as long as it wanted to be.
    const asked = generated('first', `errand-${agent.name}-`).map(({ receivedAtMs }) => receivedAtMs);
    expect(asked.length).toBeGreaterThan(0);
    for (const [i, atMs] of asked.slice(1).entries())
      expect(atMs - (asked[i] ?? 0)).toBeGreaterThanOrEqual(MINUTE_S * 1_000 - 1_500);
  }, 240_000);

  it('waits as long as it is told to where there is no other, and goes on', async () => {
    const word = `errand-${agent.name}-alone-end`;
    const text = `Back after ${agent.name}.`;
    mockOf(stage, 'first').script([
      {
        match: { prompt: word },
        plan: { fault: '429', times: 1, limit: 'seconds', waitMs: ALONE_S * 1_000, text },
      },
    ]);
    const answer = await run(agent, 'alone', word);
    expect([answer.exitCode, answer.text.trim()]).toEqual([0, text]);
    const seen = generated('first', word);
    expect(seen.map(({ status }) => status)).toEqual([429, 200]);
    const [refused, taken] = seen.map(({ receivedAtMs }) => receivedAtMs);
    const waitedMs = (taken ?? Infinity) - (refused ?? 0);
    expect(waitedMs).toBeGreaterThanOrEqual(ALONE_S * 1_000 - 1_500);
    expect(waitedMs).toBeLessThanOrEqual(ALONE_S * 1_000 + SLACK_MS);
  }, 240_000);
});
