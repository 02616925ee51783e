import { ConfigError, type ConfigProblem } from './config-error';
import type { Variables } from './expand-variables';
import type { Flags } from './read-flags';

interface Setting {
  /** What the operator wrote: the flag or the variable. */
  readonly from: string;
  readonly value: string;
}

/** Typed look-ups in flags and variables; flags win, an empty variable is one that is not set. Problems add up. */
export class Settings {
  readonly #env: Variables;
  readonly #flags: Flags;
  readonly #problems: ConfigProblem[];

  constructor(env: Variables, flags: Flags) {
    this.#env = env;
    this.#flags = flags;
    this.#problems = [...flags.problems];
  }

  complain(path: string, message: string, hint?: string): void {
    this.#problems.push({ path, message, ...(hint === undefined ? {} : { hint }) });
  }

  find(name: string): Setting | undefined {
    const flag = this.#flags.given.get(name);
    if (flag) return { from: flag.flag, value: flag.value };
    const value = Object.hasOwn(this.#env, name) ? this.#env[name] : undefined;
    return value === undefined || value === '' ? undefined : { from: name, value };
  }

  text(name: string): string | undefined {
    return this.find(name)?.value;
  }

  port(name: string, fallback: number): number {
    const setting = this.find(name);
    if (!setting) return fallback;
    const port = /^\d{1,5}$/.test(setting.value) ? Number(setting.value) : -1;
    if (port >= 0 && port <= 65_535) return port;
    this.complain(setting.from, 'must be a port from 0 to 65535', '0 takes a free one');
    return fallback;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const setting = this.find(name);
    if (!setting) return fallback;
    const found = allowed.find((each) => each === setting.value.toLowerCase());
    if (found === undefined) this.complain(setting.from, `must be one of ${allowed.join(', ')}`);
    return found ?? fallback;
  }

  /** An address that may hold a password: it is never repeated. */
  url(name: string, schemes: readonly string[]): string | undefined {
    const setting = this.find(name);
    if (!setting) return undefined;
    const fits = URL.canParse(setting.value) && schemes.includes(new URL(setting.value).protocol);
    if (!fits)
      this.complain(
        setting.from,
        `must be a URL that begins with ${schemes.map((s) => `${s}//`).join(' or ')}`,
      );
    return setting.value;
  }

  /** @throws ConfigError with every problem so far. */
  settle(): void {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems);
  }
}
