import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { ConfigError } from './config-error';
import { digestFiles, loadConfigFile } from './config-files';
import { ConfigSource, type ConfigErrorListener, type ConfigListener } from './config-source';
import type { Configuration } from './configuration';
import type { ParseOptions } from './parse-config';

export interface FileSourceOptions extends ParseOptions {
  /** A change counts once the file has looked the same for this long: writers are slower than events. Default 100. */
  readonly settleMs?: number;
  /** Looks at the file without being told, where no event arrives (network mounts, secrets elsewhere). Default 2000. */
  readonly pollMs?: number;
}

/** A file that is watched: its directory for events, the content of it and of its secrets for the truth. */
export class FileConfigSource extends ConfigSource {
  readonly #options: FileSourceOptions & { readonly file: string };
  readonly #listeners = new Set<ConfigListener>();
  readonly #errorListeners = new Set<ConfigErrorListener>();
  readonly #poll: NodeJS.Timeout;
  readonly #watcher: FSWatcher | undefined;
  #settling: NodeJS.Timeout | undefined;
  #current: Configuration;
  #files: readonly string[];
  #digest: string;
  #pendingDigest: string | undefined;
  #error: ConfigError | undefined;

  /** Reads the file once and watches it from then on. @throws ConfigError when this first one is wrong. */
  static open(file: string, options: FileSourceOptions): FileConfigSource {
    return new FileConfigSource(file, options);
  }

  private constructor(file: string, options: FileSourceOptions) {
    super();
    this.#options = { ...options, file: resolve(file) };
    const first = loadConfigFile(this.#options);
    if (first.kind === 'wrong') throw first.error;
    this.#current = first.configuration;
    this.#files = first.files;
    this.#digest = first.digest;
    this.#watcher = this.#watch();
    this.#poll = setInterval(() => this.#look(), options.pollMs ?? 2_000).unref();
  }

  get lastError(): ConfigError | undefined {
    return this.#error;
  }

  current(): Configuration {
    return this.#current;
  }

  onChange(listener: ConfigListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  onError(listener: ConfigErrorListener): () => void {
    this.#errorListeners.add(listener);
    return () => void this.#errorListeners.delete(listener);
  }

  close(): void {
    clearInterval(this.#poll);
    clearTimeout(this.#settling);
    this.#watcher?.close();
    this.#listeners.clear();
    this.#errorListeners.clear();
  }

  /** The directory, because editors rename over the file and mounted volumes swap a link beside it. */
  #watch(): FSWatcher | undefined {
    const { file } = this.#options;
    try {
      const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
        if (name === null || name === basename(file) || name.startsWith('..')) this.#lookAgain();
      });
      return watcher.on('error', () => watcher.close());
    } catch {
      // Out of watches, or a file system without events: polling does it alone.
      return undefined;
    }
  }

  #digestNow(): string {
    return digestFiles(this.#files, this.#options.fileReader);
  }

  #lookAgain(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#look(), this.#options.settleMs ?? 100).unref();
  }

  /** Two equal looks in a row make a change. */
  #look(): void {
    const digest = this.#digestNow();
    const settled = digest === this.#pendingDigest;
    this.#pendingDigest = digest === this.#digest ? undefined : digest;
    if (digest === this.#digest) return;
    if (settled) this.#reload();
    else this.#lookAgain();
  }

  #reload(): void {
    const next = loadConfigFile(this.#options);
    this.#pendingDigest = undefined;
    this.#files = next.files;
    this.#digest = next.digest;
    if (next.kind === 'wrong') return this.#fail(next.error);
    this.#error = undefined;
    this.#current = next.configuration;
    for (const listener of [...this.#listeners]) this.#tell(listener, next.configuration);
  }

  #tell(listener: ConfigListener, configuration: Configuration): void {
    try {
      listener(configuration);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#fail(
        new ConfigError([{ path: '', message: `the new configuration was not put in force: ${why}` }]),
      );
    }
  }

  #fail(error: ConfigError): void {
    this.#error = error;
    for (const listener of [...this.#errorListeners]) listener(error);
  }
}
