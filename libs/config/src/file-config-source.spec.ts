import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './config-error';
import type { Configuration } from './configuration';
import { FileConfigSource, type FileSourceOptions } from './file-config-source';

const definitions = { openai: { baseUrl: 'https://api.openai.com/v1' } };
const withAttempts = (n: number): string => `resilience: { maxAttempts: ${n} }\n`;
const attempts = (configuration: Configuration): number => configuration.resilience.maxAttempts;

let dir: string;
let file: string;
let source: FileConfigSource | undefined;

const open = (options: Partial<FileSourceOptions> = {}): FileConfigSource => {
  source = FileConfigSource.open(file, { env: {}, definitions, settleMs: 20, pollMs: 40, ...options });
  return source;
};

const next = (opened: FileConfigSource): Promise<Configuration> =>
  new Promise((resolve) => {
    const stop = opened.onChange((configuration) => {
      stop();
      resolve(configuration);
    });
  });

const nextError = (opened: FileConfigSource): Promise<ConfigError> =>
  new Promise((resolve) => {
    const stop = opened.onError((error) => {
      stop();
      resolve(error);
    });
  });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'turnpike-config-'));
  file = join(dir, 'turnpike.yaml');
  writeFileSync(file, withAttempts(3));
});

afterEach(() => {
  source?.close();
  source = undefined;
  rmSync(dir, { recursive: true, force: true });
});

describe('a watched configuration file', () => {
  it('refuses to begin with a wrong file, a missing one and an empty one', () => {
    for (const text of ['resilience: 5', '', ' \n']) {
      writeFileSync(file, text);
      expect(() => open()).toThrow(ConfigError);
    }
    unlinkSync(file);
    expect(() => open()).toThrow(`the file ${file} cannot be read (ENOENT)`);
  });

  it('takes over a file that is written in place, by events alone', async () => {
    const opened = open({ pollMs: 60_000 });
    const change = next(opened);
    writeFileSync(file, withAttempts(4));
    expect(attempts(await change)).toBe(4);
    expect(attempts(opened.current())).toBe(4);
  });

  it('takes over a file that is renamed over the old one, more than once', async () => {
    const opened = open({ pollMs: 60_000 });
    for (const n of [5, 6]) {
      const change = next(opened);
      writeFileSync(`${file}.tmp`, withAttempts(n));
      renameSync(`${file}.tmp`, file);
      expect(attempts(await change)).toBe(n);
    }
  });

  it('takes over a mounted volume whose link is swapped', async () => {
    for (const n of [1, 2]) {
      mkdirSync(join(dir, `..v${n}`));
      writeFileSync(join(dir, `..v${n}`, 'turnpike.yaml'), withAttempts(n));
    }
    unlinkSync(file);
    symlinkSync('..v1', join(dir, '..data'));
    symlinkSync('..data/turnpike.yaml', file);
    const opened = open({ pollMs: 60_000 });
    expect(attempts(opened.current())).toBe(1);
    const change = next(opened);
    symlinkSync('..v2', join(dir, '..data_tmp'));
    renameSync(join(dir, '..data_tmp'), join(dir, '..data'));
    expect(attempts(await change)).toBe(2);
  });

  it('notices by polling that a secret it names has changed', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'turnpike-secret-'));
    const secret = join(elsewhere, 'key');
    writeFileSync(secret, 'old');
    writeFileSync(
      file,
      `providers: { a: { use: openai, credentials: [{ name: x, apiKey: "file:${secret}" }] } }`,
    );
    const opened = open();
    const change = next(opened);
    writeFileSync(secret, 'new');
    expect((await change).providers.get('a')?.credentials[0]?.apiKey?.reveal()).toBe('new');
    rmSync(elsewhere, { recursive: true });
  });

  it('keeps the last good one while the file is wrong, says why, and recovers', async () => {
    const opened = open();
    const failed = nextError(opened);
    writeFileSync(file, withAttempts(21));
    expect((await failed).message).toBe('resilience.maxAttempts: must be at most 20 (line 1)');
    expect(attempts(opened.current())).toBe(3);
    expect(opened.lastError).toBe(await failed);
    const change = next(opened);
    writeFileSync(file, withAttempts(7));
    expect(attempts(await change)).toBe(7);
    expect(opened.lastError).toBeUndefined();
  });

  it('does not take a truncated file for an empty configuration', async () => {
    const opened = open();
    const failed = nextError(opened);
    writeFileSync(file, '');
    expect((await failed).message).toBe(`the file ${file} is empty`);
    expect(attempts(opened.current())).toBe(3);
  });

  it('says nothing when the content stays the same', async () => {
    const opened = open();
    let changes = 0;
    opened.onChange(() => changes++);
    writeFileSync(file, withAttempts(3));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(changes).toBe(0);
  });

  it('tells the other listeners when one of them throws', async () => {
    const opened = open();
    opened.onChange(() => {
      throw new Error('broken listener');
    });
    const change = next(opened);
    writeFileSync(file, withAttempts(8));
    expect(attempts(await change)).toBe(8);
    expect(opened.lastError?.message).toContain('broken listener');
  });

  it('is silent after it was closed', async () => {
    const opened = open();
    let changes = 0;
    opened.onChange(() => changes++);
    opened.close();
    writeFileSync(file, withAttempts(9));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect([changes, attempts(opened.current())]).toEqual([0, 3]);
  });
});
