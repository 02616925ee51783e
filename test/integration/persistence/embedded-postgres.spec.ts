import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@turnpike/persistence';
import { isAlive } from '@turnpike/persistence/embedded/process-table';
import { freePort, until } from '@turnpike/testing';
import { Client } from 'pg';

const ROOT = path.resolve(__dirname, '../../..');
const OWNER = path.join(__dirname, 'embedded-owner.ts');

jest.setTimeout(60_000);

let dataDir: string;
const stateFile = (): string => path.join(dataDir, 'postgres/state.json');
const readState = (): { password: string; port: number; relocatedTo?: string } =>
  JSON.parse(fs.readFileSync(stateFile(), 'utf8')) as {
    password: string;
    port: number;
    relocatedTo?: string;
  };

async function query(connectionString: string, sql: string): Promise<unknown[][]> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

/** An owner in a process of its own, which a test may kill. */
async function spawnOwner(): Promise<{ child: ChildProcess; connectionString: string; pid: number }> {
  const args = ['-r', path.join(ROOT, 'test/register-swc.cjs'), OWNER, dataDir];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const line = await until(() => text.includes('\n') && text, {
    limitMs: 20_000,
    what: 'the owner being ready',
  });
  return { child, ...(JSON.parse(line) as { connectionString: string; pid: number }) };
}

beforeEach(() => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'turnpike-embedded-'));
});

afterEach(() => {
  const relocated = fs.existsSync(stateFile()) ? readState().relocatedTo : undefined;
  if (relocated !== undefined) fs.rmSync(relocated, { recursive: true, force: true });
  fs.rmSync(dataDir, { recursive: true, force: true });
});

describe('startEmbeddedPostgres', () => {
  it('creates a cluster, keeps data, password and port over a restart, and leaves no process', async () => {
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.connectionString, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await Promise.all([first.stop(), first.stop()]);
    expect(isAlive(first.pid)).toBe(false);

    const second = await startEmbeddedPostgres({ dataDir });
    expect(await query(second.connectionString, 'SELECT answer FROM kept')).toEqual([[42]]);
    expect(second.connectionString).toBe(first.connectionString);
    await second.stop();
    expect(isAlive(second.pid)).toBe(false);
  });

  it('asks for its password, keeps it in a file of mode 0600, listens on the loopback only', async () => {
    const server = await startEmbeddedPostgres({ dataDir });
    const { password, port } = readState();
    expect(fs.statSync(stateFile()).mode & 0o777).toBe(0o600);
    const wrong = query(server.connectionString.replace(password, 'wrong'), 'SELECT 1');
    await expect(wrong).rejects.toMatchObject({ code: '28P01' });
    expect(await query(server.connectionString, 'SHOW listen_addresses')).toEqual([['127.0.0.1']]);
    expect(server.connectionString).toContain(`127.0.0.1:${port}/turnpike`);
    await server.stop();
  });

  it('goes elsewhere only when its account cannot enter the data directory', async () => {
    const server = await startEmbeddedPostgres({ dataDir });
    // mkdtemp made it 0700: closed to `nobody`, open to ourselves.
    const expected = process.getuid?.() === 0 ? /^\/var\/tmp\/turnpike-[0-9a-f]{16}$/ : /^at home$/;
    expect(readState().relocatedTo ?? 'at home').toMatch(expected);
    await server.stop();
  });

  it('takes another port when the kept one is occupied', async () => {
    const first = await startEmbeddedPostgres({ dataDir });
    await first.stop();
    const { port } = readState();
    const occupant = net.createServer();
    await new Promise<void>((resolve) => occupant.listen(port, '127.0.0.1', resolve));
    const second = await startEmbeddedPostgres({ dataDir });
    expect(readState().port).not.toBe(port);
    await second.stop();
    await new Promise((resolve) => occupant.close(resolve));
  });

  it('refuses a second owner of one directory with a sentence, without harm to the first', async () => {
    const { child, connectionString } = await spawnOwner();
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(
      new RegExp(`Another Turnpike \\(process ${child.pid}\\) is running on .*: stop it`),
    );
    expect(await query(connectionString, 'SELECT 1')).toEqual([[1]]);
    child.kill('SIGKILL');
    const next = await untilStarted();
    await next.stop();
  });

  it('lets exactly one of several simultaneous starts win', async () => {
    const starts = await Promise.allSettled([1, 2, 3].map(() => startEmbeddedPostgres({ dataDir })));
    const won = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    expect(won).toHaveLength(1);
    await Promise.all(won.map((server) => server.stop()));
  });

  it('keeps every committed row when its owner is killed, and the server does not outlive the owner', async () => {
    const { child, connectionString, pid } = await spawnOwner();
    await query(connectionString, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n');
    child.kill('SIGKILL');
    const next = await untilStarted();
    expect(await query(next.connectionString, 'SELECT count(*)::int FROM kept')).toEqual([[1000]]);
    expect(isAlive(pid)).toBe(false);
    await next.stop();
  });

  it('ends with an owner that leaves without stopping it', async () => {
    const { child, pid } = await spawnOwner();
    child.stdin?.write('exit\n');
    await until(() => !isAlive(pid), { limitMs: 10_000, what: 'the end of the server' });
    await until(() => child.exitCode !== null);
    expect(child.exitCode).toBe(0);
  });

  it('recovers after the server itself was killed, and says that it is gone', async () => {
    const reasons: string[] = [];
    const server = await startEmbeddedPostgres({ dataDir, onCrash: (reason) => reasons.push(reason) });
    await query(server.connectionString, 'CREATE TABLE kept AS SELECT 1 AS n');
    process.kill(server.pid, 'SIGKILL');
    await until(() => reasons.length > 0);
    expect(reasons).toEqual([
      `The embedded Postgres (process ${server.pid}) is gone: it ended with SIGKILL.`,
    ]);
    await server.stop();

    const next = await startEmbeddedPostgres({ dataDir });
    expect(await query(next.connectionString, 'SELECT n FROM kept')).toEqual([[1]]);
    await next.stop();
  });

  it('ignores a postmaster.pid whose process id belongs to another program by now', async () => {
    const server = await startEmbeddedPostgres({ dataDir });
    await server.stop();
    const files = readState().relocatedTo ?? path.join(dataDir, 'postgres');
    fs.writeFileSync(
      path.join(files, 'data/postmaster.pid'),
      `${process.pid}\n${files}/data\n0\n${await freePort()}\n\n127.0.0.1\n`,
    );
    const next = await startEmbeddedPostgres({ dataDir });
    expect(await query(next.connectionString, 'SELECT 1')).toEqual([[1]]);
    await next.stop();
  });

  it.each([
    ['no password file', () => fs.rmSync(stateFile()), /has a database but no state\.json/],
    ['a damaged state file', () => fs.writeFileSync(stateFile(), '{'), /Cannot read .*state\.json/],
  ])('says in one sentence what is wrong: %s', async (_name, damage, sentence) => {
    fs.chmodSync(dataDir, 0o711);
    const server = await startEmbeddedPostgres({ dataDir });
    await server.stop();
    damage();
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(sentence);
    fs.rmSync(dataDir, { recursive: true });
  });
});

/** A killed owner takes its server along within a moment; until then the directory may be held. */
const untilStarted = (): Promise<EmbeddedPostgres> =>
  until(() => startEmbeddedPostgres({ dataDir }), { limitMs: 15_000, what: 'the restart' });
