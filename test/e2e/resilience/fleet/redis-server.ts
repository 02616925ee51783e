import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '@turnpike/testing';
import { TcpProxy } from '../../../integration/ledger/tcp-proxy';
import { Program } from './start-program';

const START_LIMIT_MS = 10_000;
const NAMES = ['redis-server', 'valkey-server'];

const answersAt = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(500, () => end(false));
    socket.on('error', () => end(false));
    socket.on('data', (reply) => end(reply.toString().startsWith('+PONG')));
  });

/** A Redis of its own, which forgets everything when it ends, behind a line that a test can cut. */
export class RedisServer {
  private constructor(
    private program: Program,
    private readonly port: number,
    private readonly folder: string,
    /** The way of the gateways to it. */
    readonly line: TcpProxy,
    readonly url: string,
  ) {}

  static async open(): Promise<RedisServer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'turnpike-resilience-redis-'));
    const port = await freePort();
    const program = await launch(port, folder);
    const line = new TcpProxy('127.0.0.1', port);
    const url = `redis://127.0.0.1:${await line.listen()}`;
    return new RedisServer(program, port, folder, line, url);
  }

  /** Around the line: what the test itself asks. */
  get directUrl(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Gone with everything that it knew. */
  kill(): Promise<void> {
    return this.program.kill();
  }

  async start(): Promise<void> {
    this.program = await launch(this.port, this.folder);
  }

  /** Connections stay and are accepted, nothing is answered. */
  pause(): void {
    this.program.signal('SIGSTOP');
  }

  resume(): void {
    this.program.signal('SIGCONT');
  }

  async close(): Promise<void> {
    await this.line.close();
    await this.program.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function launch(port: number, folder: string): Promise<Program> {
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  for (const name of NAMES) {
    const program = await Program.start(name, name, [...flags, '--dir', folder], process.env).catch(
      () => undefined,
    );
    if (!program) continue;
    await program.ready(() => answersAt(port), START_LIMIT_MS);
    return program;
  }
  throw new Error(`these tests start a Redis of their own: install one of ${NAMES.join(', ')}`);
}
