import { pino, type DestinationStream, type Logger } from 'pino';
import { renderLine } from './render-line';
import { scrubLine } from './scrub-line';
import { createAccessLog, type AccessLog } from './access-log';

export type { Logger } from 'pino';
export type LogFormat = 'json' | 'pretty';
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Names the process in each JSON line: gateway, admin, worker, standalone. */
  readonly service?: string;
  /** Where finished lines go; default: buffered standard output. */
  readonly destination?: DestinationStream;
}

/** A call's line may wait this long in the buffer; the buffer is also written when it is full and at exit. */
const FLUSH_MS = 100;
const BUFFER_BYTES = 16_000;

const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'apiKey',
  'secretAccessKey',
  'sessionToken',
  'serviceAccount',
  'clientSecret',
  'key',
  'password',
  'secret',
  'connectionString',
  'body',
];
const SECRET_HEADERS = [
  'authorization',
  'cookie',
  'x-api-key',
  'x-goog-api-key',
  'api-key',
  'x-amz-security-token',
];
const REDACTED = [
  ...SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]),
  ...SECRET_HEADERS.map((name) => `headers["${name}"]`),
];

const bufferedStdout = (): DestinationStream =>
  pino.destination({ dest: 1, sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_MS });

/** What reaches the destination was scrubbed; pino hands over whole lines. */
function finishLines(to: DestinationStream, format: LogFormat): DestinationStream {
  const write =
    format === 'json'
      ? (line: string): void => to.write(scrubLine(line))
      : (line: string): void => to.write(scrubLine(renderLine(line)));
  return { write };
}

/**
 * The process's logger. Lines are JSON, or plain text for a terminal; known secret fields are redacted and anything
 * that looks like a key of ours or a password in a URL is masked wherever it stands.
 */
export function createLogger(options: LoggerOptions): Logger {
  const destination = options.destination ?? bufferedStdout();
  return pino(
    {
      level: options.level,
      base: options.service === undefined ? null : { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED, censor: '[redacted]' },
    },
    finishLines(destination, options.format),
  );
}

export interface ProcessLog {
  readonly log: Logger;
  readonly access: AccessLog;
}

/** The logger of a process and, on the same output, its access lines. Above level info there are none. */
export function createProcessLog(options: Omit<LoggerOptions, 'destination'>): ProcessLog {
  const destination = bufferedStdout();
  const log = createLogger({ ...options, destination });
  if (!log.isLevelEnabled('info')) return { log, access: { write: () => undefined } };
  if (options.format === 'pretty')
    return { log, access: { write: (_atMs, fields) => log.info(fields, 'call') } };
  return {
    log,
    access: createAccessLog({
      destination,
      ...(options.service === undefined ? {} : { service: options.service }),
    }),
  };
}
