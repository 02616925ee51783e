import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SIGNING, UPSTREAMS } from '../sdk-matrix/open-matrix';
import type { UpstreamDialect } from '../stage/gateway-config';
import { describeAgent } from './agent-cases';
import { SECRET } from './agent-stage';
import { codex } from './run-codex';

/** Names that the agent knows: one is offered patches as a freeform tool, the other nothing but JavaScript. */
const PATCHER = 'gpt-5.5';
const SCRIPTER = 'gpt-6.1-sol';

const stage = describeAgent('Codex', codex, {
  models: [PATCHER, SCRIPTER],
  resumesThinkingAt: SIGNING,
});

/** Only the vendor's own API has tools that take a text: elsewhere the text is a member. */
const freeform = (upstream: UpstreamDialect, input: string): unknown =>
  upstream === 'responses' ? input : { input };

describe.each(UPSTREAMS)('Codex with tools of its own in front of a %s provider', (upstream) => {
  it('applies a patch', async () => {
    const file = path.join(stage().folder, `patched-by-${upstream}.txt`);
    const patch = `*** Begin Patch\n*** Add File: ${file}\n+new line\n*** End Patch\n`;
    const { answer, seen } = await stage().send(codex, {
      upstream,
      model: PATCHER,
      plan: { tool: 1, toolName: 'apply_patch', toolArgs: freeform(upstream, patch), text: 'Patched.' },
    });
    expect(seen.flatMap((entry) => entry.complaint ?? [])).toEqual([]);
    expect([answer.exitCode, answer.text, seen.length]).toEqual([0, 'Patched.', 2]);
    expect(readFileSync(file, 'utf8')).toBe('new line\n');
  }, 100_000);

  it('runs a script that runs a command', async () => {
    const input = `text((await tools.exec_command({ cmd: "cat ${stage().note}" })).output)`;
    const { answer, seen } = await stage().send(codex, {
      upstream,
      model: SCRIPTER,
      plan: {
        tool: 1,
        toolName: upstream === 'responses' ? 'exec' : 'functions__exec',
        toolArgs: freeform(upstream, input),
        text: 'It ran.',
      },
    });
    expect(seen.flatMap((entry) => entry.complaint ?? [])).toEqual([]);
    expect([answer.exitCode, answer.text, seen.length]).toEqual([0, 'It ran.', 2]);
    expect(seen[1]?.raw).toContain(SECRET);
  }, 100_000);
});
