/** A Redis for the tests: the one that was named, an empty database of one that answers, or one started here. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram, installPackage } from './find-program.mjs';

const DEFAULT_PORT = 6379;
const DATABASES = Array.from({ length: 15 }, (_, i) => 15 - i);

/** Sends inline commands on one connection; resolves with the reply lines, [] when nobody answers. */
function ask(port, commands, limitMs = 1500) {
  return new Promise((resolve) => {
    let text = '';
    const socket = net.connect({ port, host: '127.0.0.1' });
    const end = () => {
      socket.destroy();
      resolve(text.split('\r\n').filter(Boolean));
    };
    socket.setTimeout(limitMs, end);
    socket.on('error', end);
    socket.on('close', end);
    socket.on('connect', () => socket.write(commands.map((command) => `${command}\r\n`).join('')));
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.split('\r\n').length > commands.length) end();
    });
  });
}

/** An unused database number of a server that somebody else runs; emptied again at the end. */
async function borrow(port) {
  if ((await ask(port, ['PING']))[0] !== '+PONG') return undefined;
  for (const n of DATABASES) {
    const [selected, size] = await ask(port, [`SELECT ${n}`, 'DBSIZE']);
    if (selected !== '+OK' || size !== ':0') continue;
    const release = async () => void (await ask(port, [`SELECT ${n}`, 'FLUSHDB']));
    return {
      url: `redis://127.0.0.1:${port}/${n}`,
      where: `database ${n} of the server on 127.0.0.1:${port}`,
      release,
    };
  }
  return undefined;
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** The shell in between ends the server when this process is gone, however it went. */
const GUARD = '"$@" & server=$!; trap "" INT TERM HUP; read -r line; kill "$server"; wait "$server"';

async function startServer() {
  const program = findProgram('redis-server', 'valkey-server');
  if (program === undefined || process.platform === 'win32') return undefined;
  const port = await freePort();
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'turnpike-redis-'));
  const flags = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    dir,
  ];
  const child = spawn('/bin/sh', ['-c', GUARD, 'sh', program, ...flags], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const release = async () => {
    child.stdin.end();
    await ended;
    fs.rmSync(dir, { recursive: true, force: true });
  };
  for (let i = 0; i < 100; i++) {
    if ((await ask(port, ['PING']))[0] === '+PONG')
      return {
        url: `redis://127.0.0.1:${port}`,
        where: `${path.basename(program)}, started for the tests`,
        release,
      };
    await sleep(50);
  }
  await release();
  return undefined;
}

/** Resolves with { url, where, release }. @throws Error with one sentence that says what to install. */
export async function findRedis(say) {
  const given = process.env.REDIS_URL;
  if (given !== undefined && given !== '')
    return { url: given, where: 'the server of REDIS_URL', release: async () => {} };
  const found = (await borrow(DEFAULT_PORT)) ?? (await startServer());
  if (found) return found;
  const installed = (await installPackage('redis-server', say)) ? await startServer() : undefined;
  if (installed) return installed;
  throw new Error('The tests need Redis 7 or newer: set REDIS_URL, or install redis-server.');
}
