import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UPSTREAMS } from '../sdk-matrix/open-matrix';
import { describeAgent } from './agent-cases';
import { claudeCode } from './run-claude-code';

/** It takes no thinking into a resumed session. */
const stage = describeAgent('Claude Code', claudeCode);

describe.each(UPSTREAMS)('Claude Code at work in front of a %s provider', (upstream) => {
  it('reads, then edits a file', async () => {
    const file = path.join(stage().folder, `edit-${upstream}.txt`);
    writeFileSync(file, 'old line\n');
    const first = await stage().send(claudeCode, {
      upstream,
      plan: { tool: 1, toolName: 'Read', toolArgs: { file_path: file }, text: 'Read.' },
    });
    const toolArgs = { file_path: file, old_string: 'old line', new_string: 'new line' };
    const { answer, seen } = await stage().send(claudeCode, {
      upstream,
      session: first.answer.session,
      plan: { tool: 1, toolName: 'Edit', toolArgs, text: 'Edited.' },
    });
    expect(seen.flatMap((entry) => entry.complaint ?? [])).toEqual([]);
    expect([answer.exitCode, answer.text]).toEqual([0, 'Edited.']);
    expect(readFileSync(file, 'utf8')).toBe('new line\n');
  }, 100_000);

  it('says what is wrong when the key is wrong', async () => {
    const answer = await stage().askAs('tpk_wrong', claudeCode, upstream);
    expect(answer.exitCode).not.toBe(0);
    expect(answer.output).toMatch(/authenticat|401|key/i);
  }, 100_000);
});
