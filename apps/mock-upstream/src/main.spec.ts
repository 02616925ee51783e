import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from './main';

const capture = (): { text: () => string; restore: () => void } => {
  let text = '';
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    text += String(chunk);
    return true;
  };
  return { text: () => text, restore: () => (process.stdout.write = write) };
};

it('prints its usage', async () => {
  const out = capture();
  try {
    expect(await main(['--help'])).toBe(0);
    expect(out.text()).toContain('--port');
  } finally {
    out.restore();
  }
});

it('serves the rules and limits of YAML files until SIGTERM', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mock-upstream-'));
  const file = join(folder, 'rules.yaml');
  writeFileSync(file, '- match: { model: "x*" }\n  plan: { text: from the file }\n');
  const limits = join(folder, 'limits.yaml');
  writeFileSync(limits, '- { credentials: "*", rpm: 1, headers: openai }\n');
  const out = capture();
  try {
    const ended = main(['--port', '0', '--script', file, '--limits', limits]);
    while (!out.text().includes('listens on')) await new Promise((resolve) => setTimeout(resolve, 5));
    const url = /http:\/\/\S+:\d+/.exec(out.text())?.[0] ?? '';
    const body = JSON.stringify({ model: 'x1', messages: [{ role: 'user', content: 'hi' }] });
    const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body });
    expect(await answer.text()).toContain('from the file');
    expect((await fetch(`${url}/v1/chat/completions`, { method: 'POST', body })).status).toBe(429);
    process.emit('SIGTERM');
    expect(await ended).toBe(0);
  } finally {
    out.restore();
    rmSync(folder, { recursive: true });
  }
});
