import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');
const SAMPLES = 'test/fixtures/replay';

interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
}

/** Runs the command as npm does, and waits for its end. */
function replay(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['tools/replay.mjs', ...args], { cwd: ROOT });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, lines: printed.trim().split('\n') }));
  });
}

const recording = (response: object, url = 'https://api.openai.com/v1/chat/completions'): string =>
  JSON.stringify({
    request: {
      method: 'POST',
      url,
      headers: {},
      body: { kind: 'json', value: { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } },
    },
    response: { status: 200, headers: { 'content-type': 'application/json' }, body: response },
  });

describe('npm run replay', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'turnpike-replay-'));
    const answer = { choices: [{ index: 0, message: { content: 'x' }, finish_reason: 'stop' }] };
    const lines = [
      recording({ kind: 'json', value: answer }),
      '{"request": {"method"',
      '',
      '{"request": {"url": "https://x.invalid"}, "response": {"status": 42}}',
      recording({ kind: 'yaml', value: 'x' }),
      recording({ kind: 'none' }, 'https://api.openai.com/v1/files'),
    ];
    writeFileSync(path.join(folder, 'mixed.jsonl'), lines.join('\n'));
    writeFileSync(path.join(folder, 'manifest.json'), '{"made": "by a recorder"}');
    mkdirSync(path.join(folder, 'empty'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('finds nothing wrong with the samples', async () => {
    const { code, lines } = await replay(SAMPLES);
    expect(lines.slice(-1)).toEqual(['0 failures']);
    expect(lines.at(-2)).toMatch(
      /^\d+ recordings: 3 not applicable, 0 malformed; \d{3} exchanges \(\d+ with/,
    );
    expect(code).toBe(0);
  }, 60_000);

  it('names each line that is no exchange, counts what is none of its business, and goes on', async () => {
    const { code, lines } = await replay(folder);
    expect(lines).toEqual([
      'mixed.jsonl:2 malformed recording: the line is no JSON',
      'mixed.jsonl:4 malformed recording: the response has no status from 100 to 599',
      expect.stringContaining('mixed.jsonl:5 malformed recording: the body of the response has no kind'),
      'not applicable: 1 x files',
      expect.stringMatching(/^5 recordings: 1 not applicable, 3 malformed; 8 exchanges /),
      '3 failures',
    ]);
    expect(code).toBe(1);
  }, 60_000);

  it('says how it is used', async () => {
    expect(await replay()).toMatchObject({ code: 2, lines: [expect.stringContaining('usage:')] });
    expect(await replay('/no/such/folder')).toMatchObject({ code: 2 });
    const nothing = await replay(path.join(folder, 'empty'));
    expect([nothing.code, nothing.lines.at(-1)]).toEqual([
      1,
      expect.stringContaining('No recording was found'),
    ]);
  }, 30_000);
});
