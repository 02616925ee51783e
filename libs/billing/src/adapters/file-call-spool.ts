import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { uuidv7 } from '@turnpike/kernel';
import { CallSpool } from '../domain/call-writer';
import type { CallEntry } from '../domain/ledger';
import { SILENT_LOG, type LedgerLog } from '../domain/ledger-log';
import { decodeSpooledCall, encodeSpooledCall } from '../domain/spooled-call';

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/**
 * JSON lines in a file. To be replayed it is renamed first, so that calls spooled meanwhile go to a fresh one; a
 * renamed file that a crash left behind is found by its suffix. Reading one twice is harmless: calls have ids.
 */
export class FileCallSpool extends CallSpool {
  readonly #file: string;
  readonly #log: LedgerLog;
  readonly #settleMs: number;

  /** `settleMs`: how long another process that has the file open gets to finish its line after the renaming. */
  constructor(file: string, log: LedgerLog = SILENT_LOG, settleMs = 0) {
    super();
    this.#file = file;
    this.#log = log;
    this.#settleMs = settleMs;
  }

  async append(calls: readonly CallEntry[], error?: string): Promise<void> {
    await this.#appendLines(
      this.#file,
      calls.map((call) => encodeSpooledCall(call, error)),
    );
  }

  async replay(batchSize: number, take: (calls: readonly CallEntry[]) => Promise<void>): Promise<void> {
    await rename(this.#file, `${this.#file}.${uuidv7()}.replay`).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
    if (this.#settleMs > 0) await delay(this.#settleMs);
    for (const file of await this.#leftBehind()) {
      await this.#replayFile(file, batchSize, take);
      await unlink(file).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    }
  }

  async #leftBehind(): Promise<string[]> {
    const folder = path.dirname(this.#file);
    const prefix = `${path.basename(this.#file)}.`;
    const names = await readdir(folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    return names
      .filter((name) => name.startsWith(prefix) && name.endsWith('.replay'))
      .sort()
      .map((name) => path.join(folder, name));
  }

  async #replayFile(
    file: string,
    batchSize: number,
    take: (calls: readonly CallEntry[]) => Promise<void>,
  ): Promise<void> {
    let batch: CallEntry[] = [];
    const broken: string[] = [];
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      if (line === '') continue;
      const call = decodeSpooledCall(line);
      if (call) batch.push(call);
      else broken.push(line);
      if (batch.length >= batchSize) {
        await take(batch);
        batch = [];
      }
    }
    if (batch.length > 0) await take(batch);
    if (broken.length > 0) {
      await this.#appendLines(`${this.#file}.unreadable`, broken);
      this.#log.error(
        {
          file: `${this.#file}.unreadable`,
          lines: broken.length,
        },
        'lines of the ledger spool could not be read; they are kept beside it',
      );
    }
  }

  async #appendLines(file: string, lines: readonly string[]): Promise<void> {
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(file, 'a', 0o600);
    try {
      // The leading newline ends a line that a crash cut short.
      await handle.appendFile(`\n${lines.join('\n')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
