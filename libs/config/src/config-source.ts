import type { ConfigError } from './config-error';
import type { Configuration } from './configuration';

export type ConfigListener = (configuration: Configuration) => void;
export type ConfigErrorListener = (error: ConfigError) => void;

/**
 * The configuration in force. A change is validated whole and swapped at once; while the file is wrong the last good
 * one stays and `lastError` says why.
 */
export abstract class ConfigSource {
  abstract readonly lastError: ConfigError | undefined;
  abstract current(): Configuration;
  /** Told after each swap. Returns how to stop. */
  abstract onChange(listener: ConfigListener): () => void;
  /** Told once for each state of the file that is wrong. Returns how to stop. */
  abstract onError(listener: ConfigErrorListener): () => void;
  abstract close(): void;
}

const nothingToStop = (): void => undefined;

/** A configuration that never changes: the built-in demo. */
export class FixedConfigSource extends ConfigSource {
  readonly lastError = undefined;
  readonly #configuration: Configuration;

  constructor(configuration: Configuration) {
    super();
    this.#configuration = configuration;
  }

  current(): Configuration {
    return this.#configuration;
  }

  onChange(): () => void {
    return nothingToStop;
  }

  onError(): () => void {
    return nothingToStop;
  }

  close(): void {
    nothingToStop();
  }
}
