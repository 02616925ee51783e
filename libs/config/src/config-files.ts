import { createHash } from 'node:crypto';
import { ConfigError } from './config-error';
import type { Configuration } from './configuration';
import { parseConfig, type ParseOptions } from './parse-config';
import { readTextFile, type FileReader } from './read-secret';

export interface FileOptions extends ParseOptions {
  /** Absolute path. */
  readonly file: string;
}

export type Loading = FileState &
  (
    | { readonly kind: 'loaded'; readonly configuration: Configuration }
    | { readonly kind: 'wrong'; readonly error: ConfigError }
  );

/** What was read: the file itself and the secrets it names, whose change is a change as well. */
interface FileState {
  readonly files: readonly string[];
  readonly digest: string;
}

const wrong = (message: string): ConfigError => new ConfigError([{ path: '', message }]);

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown error';

/** Reads and validates. The digest is of what was read here, so that no later change is taken for it. */
export function loadConfigFile({ file, fileReader = readTextFile, ...options }: FileOptions): Loading {
  const seen = new Map<string, string>();
  const recording: FileReader = (path) => {
    try {
      const text = fileReader(path);
      seen.set(path, text);
      return text;
    } catch (error) {
      seen.set(path, codeOf(error));
      throw error;
    }
  };
  const state = (): FileState => ({
    files: [...seen.keys()],
    digest: digestFiles([...seen.keys()], (path) => seen.get(path) ?? ''),
  });
  try {
    const text = recording(file);
    // An editor that truncates before it writes would otherwise leave a gateway without models.
    if (text.trim() === '') return { kind: 'wrong', error: wrong(`the file ${file} is empty`), ...state() };
    const configuration = parseConfig(text, { ...options, fileReader: recording });
    return { kind: 'loaded', configuration, ...state() };
  } catch (error) {
    if (error instanceof ConfigError) return { kind: 'wrong', error, ...state() };
    return { kind: 'wrong', error: wrong(`the file ${file} cannot be read (${codeOf(error)})`), ...state() };
  }
}

/** A file that cannot be read counts as its error. */
function textOf(path: string, fileReader: FileReader): string {
  try {
    return fileReader(path);
  } catch (error) {
    return codeOf(error);
  }
}

/** A digest of what the files hold now. */
export function digestFiles(files: readonly string[], fileReader: FileReader = readTextFile): string {
  const hash = createHash('sha256');
  for (const path of files) {
    const text = textOf(path, fileReader);
    hash.update(`${path.length}:${path}:${text.length}:${text}`);
  }
  return hash.digest('base64');
}
