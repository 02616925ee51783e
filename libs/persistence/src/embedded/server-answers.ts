import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { ClusterPlace } from './create-cluster';
import { logOf } from './postmaster';

const DATABASE = 'turnpike';
/** Recovery after a power loss replays the log first. */
const START_LIMIT_MS = 60_000;
const POLL_MS = 15;

export interface ServerConnection {
  readonly user: string;
  readonly password: string;
  readonly port: number;
}

const urlOf = ({ user, password, port }: ServerConnection, database: string): string =>
  `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;

/**
 * Waits until the server takes connections and has our database; resolves with its connection string.
 * @throws Error with the server's own words when it ends or does not get ready.
 */
export async function awaitServer(
  connection: ServerConnection,
  place: ClusterPlace,
  ended: Promise<string>,
): Promise<string> {
  let gone: string | undefined;
  void ended.then((how) => (gone = how));
  const url = urlOf(connection, DATABASE);
  for (const limit = Date.now() + START_LIMIT_MS; Date.now() < limit; await sleep(POLL_MS)) {
    if (gone !== undefined) throw new Error(lastComplaint(place) ?? gone);
    const code = await tryConnect(url);
    if (code === undefined) return url;
    if (code === '3D000') await createDatabase(urlOf(connection, 'postgres'));
    if (code === '28P01') throw new Error('it refuses the password kept in state.json');
  }
  throw new Error(`it was not ready within ${START_LIMIT_MS / 1000} s (see ${logOf(place)})`);
}

/** undefined: connected. Otherwise the code of the refusal: SQLSTATE or ECONNREFUSED. */
async function tryConnect(connectionString: string): Promise<string | undefined> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? 'unknown';
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function createDatabase(connectionString: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

const readLog = (place: ClusterPlace): string =>
  fs.existsSync(logOf(place)) ? fs.readFileSync(logOf(place), 'utf8') : '';

/** The last FATAL or PANIC line of this start, without its time stamp. */
const lastComplaint = (place: ClusterPlace): string | undefined =>
  [...readLog(place).matchAll(/(?:FATAL|PANIC): +(.+)/g)].at(-1)?.[1];

/** True when this start failed because somebody else listens on the port. */
export const isAddressTaken = (place: ClusterPlace): boolean =>
  readLog(place).includes('could not bind') || readLog(place).includes('could not create any TCP/IP sockets');
