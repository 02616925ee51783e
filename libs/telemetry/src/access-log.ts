import type { DestinationStream } from 'pino';
import { scrubLine } from './scrub-line';

/** One call as an access line; what is undefined is left out. */
export type AccessFields = Readonly<Record<string, unknown>>;

/** Writes access lines. One per call, so they bypass the logger: its serialisers cost ten times the line itself. */
export interface AccessLog {
  write(atMs: number, fields: AccessFields): void;
}

/** Where a key of ours or a URL's password could begin; only then the costly scrub runs. */
const SUSPICIOUS = /tp[kaf]_|:\/\//;

export interface AccessLogOptions {
  readonly destination: DestinationStream;
  readonly service?: string;
}

/** JSON lines in the shape of the logger's own. */
export function createAccessLog({ destination, service }: AccessLogOptions): AccessLog {
  const tail = `${service === undefined ? '' : `,"service":${JSON.stringify(service)}`},"msg":"call"}\n`;
  return {
    write: (atMs, fields) => {
      const body = JSON.stringify(fields).slice(1, -1);
      const line = `{"level":"info","time":"${new Date(atMs).toISOString()}",${body}${tail}`;
      destination.write(SUSPICIOUS.test(line) ? scrubLine(line) : line);
    },
  };
}
