import { spawn, type ChildProcess } from 'node:child_process';
import { until } from '@turnpike/testing';

const STOP_LIMIT_MS = 10_000;

/** A program that a test started, ended by its own id and nobody else's. */
export class Program {
  private printed = '';

  private constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
    readonly pid: number,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.printed += chunk.toString('utf8')));
  }

  /** @throws when it cannot be started at all. */
  static async start(
    name: string,
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
  ): Promise<Program> {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    if (child.pid === undefined) throw new Error(`${name} has no process id`);
    return new Program(name, child, child.pid);
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get output(): string {
    return this.printed;
  }

  /** Waits for the first truthy answer of `probe`. @throws with what the program printed when it ends before, or never. */
  async ready(probe: () => Promise<boolean>, limitMs: number): Promise<void> {
    const settled = await until(async () => this.hasEnded || (await probe()), {
      limitMs,
      everyMs: 50,
      what: `the start of ${this.name}`,
    }).catch(() => false);
    if (!settled || this.hasEnded)
      throw new Error(`${this.name} did not start; it printed: ${this.printed.slice(-2_000)}`);
  }

  signal(name: NodeJS.Signals): void {
    if (!this.hasEnded) process.kill(this.pid, name);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await until(() => this.hasEnded, { limitMs: STOP_LIMIT_MS, what: `the end of ${this.name}` });
  }

  /** SIGTERM, and SIGKILL when that is not heard. */
  async stop(): Promise<void> {
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    await until(() => this.hasEnded, { limitMs: STOP_LIMIT_MS }).catch(() => this.kill());
  }
}
