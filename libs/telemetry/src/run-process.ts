import { tuneHeap } from './tune-heap';

/** A process that serves until it is told to end. */
export interface ServingProcess {
  /** Ends everything in order; called once. */
  stop(): Promise<void>;
}

export interface RunOptions {
  /** A stop that takes longer is ended the hard way, so that a supervisor never has to. */
  readonly stopLimitMs: number;
  /** Told one sentence when the start or the stop fails. */
  readonly complain: (sentence: string) => void;
}

const EXIT_FAILED = 1;

/** One sentence of what went wrong: errors for people carry their own, anything else is named. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === 'EADDRINUSE')
    return `Port ${port ?? '?'} on ${address ?? 'this machine'} is in use by another program. Stop it or choose another port.`;
  if (code === 'EACCES' && port !== undefined)
    return `Port ${port} may not be opened by this user. Choose one above 1023.`;
  return error.message;
}

/**
 * Starts a process and stops it on SIGTERM or SIGINT, whenever they come, then exits: 0 after a clean stop, 1 when the
 * start failed. A second SIGINT does not wait.
 */
export async function runProcess(start: () => Promise<ServingProcess>, options: RunOptions): Promise<void> {
  tuneHeap();
  let running: ServingProcess | undefined;
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    if (running) void end(running, options);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', () => (stopping ? process.exit(EXIT_FAILED) : stop()));
  try {
    running = await start();
    if (stopping) await end(running, options);
  } catch (error) {
    options.complain(sentenceOf(error));
    process.exit(EXIT_FAILED);
  }
}

async function end(running: ServingProcess, options: RunOptions): Promise<void> {
  const hard = setTimeout(() => {
    options.complain(`The stop took longer than ${options.stopLimitMs} ms; leaving now.`);
    process.exit(EXIT_FAILED);
  }, options.stopLimitMs);
  try {
    await running.stop();
    clearTimeout(hard);
    process.exit(0);
  } catch (error) {
    options.complain(sentenceOf(error));
    process.exit(EXIT_FAILED);
  }
}
