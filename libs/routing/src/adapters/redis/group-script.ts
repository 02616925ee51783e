import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { ChainableCommander, Redis } from 'ioredis';

export type ScriptName = 'enter' | 'report' | 'read' | 'restore' | 'forget' | 'announce';

const FOLDER = path.join(__dirname, 'scripts');
const readLua = (file: string): string => fs.readFileSync(path.join(FOLDER, `${file}.lua`), 'utf8');

/** Files of rules that a script asks for in its header. */
const rulesOf = (source: string): readonly string[] =>
  /^-- Rules: (.+)$/m.exec(source)?.[1]?.trim().split(/\s+/) ?? [];

const isUnknown = (error: unknown): boolean => error instanceof Error && error.message.startsWith('NOSCRIPT');

export interface ScriptRun {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

/** One Lua script with the rules it needs in front. All keys of a run belong to one slot. */
export class GroupScript {
  readonly #source: string;
  readonly #digest: string;

  constructor(name: ScriptName) {
    const body = readLua(name);
    this.#source = [...rulesOf(body).map((rule) => readLua(`rules/${rule}`)), body].join('\n');
    this.#digest = createHash('sha1').update(this.#source).digest('hex');
  }

  /** By its digest; a server that does not know it yet is told. */
  run(redis: Redis, { keys, args }: ScriptRun): Promise<unknown> {
    return redis.evalsha(this.#digest, keys.length, ...keys, ...args).catch((error: unknown) => {
      if (!isUnknown(error)) throw error;
      return redis.eval(this.#source, keys.length, ...keys, ...args);
    });
  }

  /** All runs in one round trip. @throws when one of them fails. */
  async runAll(redis: Redis, runs: readonly ScriptRun[]): Promise<unknown[]> {
    const pipeline: ChainableCommander = redis.pipeline();
    for (const { keys, args } of runs) pipeline.evalsha(this.#digest, keys.length, ...keys, ...args);
    const answers = (await pipeline.exec()) ?? [];
    return Promise.all(
      runs.map(({ keys, args }, i) => {
        const [error, value] = answers[i] ?? [new Error('no answer')];
        if (!error) return value;
        if (!isUnknown(error)) throw error;
        return redis.eval(this.#source, keys.length, ...keys, ...args);
      }),
    );
  }
}
