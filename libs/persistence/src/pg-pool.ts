import { Pool, type PoolConfig } from 'pg';

export interface PgPoolOptions {
  /** Connections at most; a process's own share of the server's. */
  readonly max?: number;
  /** Told about errors of idle connections, which would otherwise end the process. */
  readonly onIdleError?: (error: Error) => void;
}

/** The one pool of a process: Prisma and plain statements share its connections. Times out instead of hanging. */
export function createPgPool(databaseUrl: string, options: PgPoolOptions = {}): Pool {
  const config: PoolConfig = {
    connectionString: databaseUrl,
    max: options.max ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'turnpike',
  };
  const pool = new Pool(config);
  pool.on('error', (error) => options.onIdleError?.(error));
  return pool;
}
