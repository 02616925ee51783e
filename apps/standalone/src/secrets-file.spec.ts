import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureSecrets } from './secrets-file';

let folder: string;
let dataDir: string;
const file = (): string => path.join(dataDir, 'secrets.json');

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'turnpike-secrets-'));
  dataDir = path.join(folder, 'data');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const GIVEN = { pepper: 'p'.repeat(40), secretKeys: [Buffer.alloc(32, 7).toString('base64')] };

describe('ensureSecrets', () => {
  it('makes secrets once, for the owner of the directory alone', async () => {
    const first = await ensureSecrets(dataDir, {});
    expect(first.pepper.length).toBeGreaterThanOrEqual(32);
    expect(first.secretKeys.map((key) => Buffer.from(key, 'base64').length)).toEqual([32]);
    expect(await ensureSecrets(dataDir, {})).toEqual(first);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir)).toEqual(['secrets.json']);
  });

  it('keeps the pepper of an installation that had no other secret yet', async () => {
    const { pepper } = await ensureSecrets(dataDir, { secretKeys: GIVEN.secretKeys });
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ keyPepper: pepper });
    const later = await ensureSecrets(dataDir, {});
    expect(later.pepper).toBe(pepper);
    expect(later.secretKeys).toHaveLength(1);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('takes what is given and writes none of it', async () => {
    expect(await ensureSecrets(dataDir, GIVEN)).toEqual(GIVEN);
    const made = await ensureSecrets(dataDir, { pepper: GIVEN.pepper, secretKeys: [] });
    expect(made.pepper).toBe(GIVEN.pepper);
    expect(readFileSync(file(), 'utf8')).not.toContain(GIVEN.pepper);
  });

  it.each<[string, string]>([
    ['no JSON', '{"keyPepper": "hunter2'],
    ['no object', '[]'],
    ['a short pepper', '{"keyPepper":"hunter2"}'],
    ['a short key', `{"keyPepper":"${'p'.repeat(40)}","secretKeys":["hunter2"]}`],
    ['no keys', `{"keyPepper":"${'p'.repeat(40)}","secretKeys":[]}`],
  ])('refuses a file that holds %s, without showing it', async (_, text) => {
    await ensureSecrets(dataDir, {});
    writeFileSync(file(), text);
    const failure = await ensureSecrets(dataDir, {}).catch((error: Error) => error.message);
    expect(failure).toContain('secrets.json is damaged');
    expect(failure).not.toContain('hunter2');
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });
});
