import fs from 'node:fs';
import path from 'node:path';
import { GatewayError } from '@turnpike/kernel';
import { createCluster, SUPERUSER, type ClusterPlace } from './create-cluster';
import { choosePort } from './free-port';
import { lockOwner } from './owner-lock';
import { placeBinaries, placeFiles } from './place-files';
import { findServerBinaries, type ServerBinaries } from './platform-binaries';
import { clusterOf, findOrphan, spawnPostmaster, stopPostmaster, watchOver } from './postmaster';
import { chooseAccount } from './server-account';
import { awaitServer, isAddressTaken } from './server-answers';
import { readState, writeState, type ServerState } from './state-file';

const PORT_TRIES = 3;

export interface EmbeddedPostgresOptions {
  /** Directory of the installation; created when it is missing. */
  readonly dataDir: string;
  /** Another installation of PostgreSQL 15 or newer; default: the package of this platform. */
  readonly binaries?: ServerBinaries;
  /** Called once when the server ends without `stop()`; the argument is a sentence. */
  readonly onCrash?: (reason: string) => void;
}

export interface EmbeddedPostgres {
  /** Database `turnpike` on 127.0.0.1, password included. */
  readonly connectionString: string;
  readonly pid: number;
  /** Fast shutdown, escalating after 10 s. Idempotent. */
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL under the data directory, ended with this process in every case. Works as a normal user and as
 * root (the server then runs as `nobody`, or as whoever owns the cluster).
 * @throws GatewayError store_unavailable with one sentence when it cannot start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = options.binaries ?? findServerBinaries();
  const home = prepareHome(options.dataDir);
  const release = lockOwner(home);
  try {
    const { place, state } = await prepareCluster(home, binaries);
    return await startServer(place, { home, state, release, onCrash: options.onCrash });
  } catch (error) {
    release();
    if (error instanceof GatewayError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new GatewayError('store_unavailable', `The embedded Postgres in ${home} did not start: ${why}`, {
      cause: error,
    });
  }
}

/** As root the directories have to be passable for the server's account; what is secret in them has mode 0600. */
function prepareHome(dataDir: string): string {
  const home = path.join(path.resolve(dataDir), 'postgres');
  try {
    fs.mkdirSync(home, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    fs.accessSync(home, fs.constants.W_OK);
    return fs.realpathSync(home);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GatewayError('store_unavailable', `The data directory ${dataDir} cannot be used: ${why}.`, {
      cause,
    });
  }
}

async function prepareCluster(
  home: string,
  binaries: ServerBinaries,
): Promise<{ place: ClusterPlace; state: ServerState }> {
  const kept = readState(home);
  const account = chooseAccount(path.join(kept.relocatedTo ?? home, 'data'));
  const files = kept.relocatedTo ?? placeFiles(home, kept.id, account);
  const state: ServerState = files === home ? kept : { ...kept, relocatedTo: files };
  const place: ClusterPlace = {
    native: placeBinaries(binaries, account),
    version: binaries.version,
    files,
    account,
  };
  const cluster = clusterOf(place);
  if (fs.existsSync(cluster)) checkCluster(home, cluster, binaries.version);
  else {
    fs.mkdirSync(files, { recursive: true });
    writeState(home, state);
    await createCluster(place, state.password);
  }
  return { place, state };
}

function checkCluster(home: string, cluster: string, binaryVersion: string): void {
  if (!fs.existsSync(path.join(home, 'state.json'))) {
    throw new GatewayError(
      'store_unavailable',
      `${home} has a database but no state.json with its password: restore the file, or delete the data directory.`,
    );
  }
  const version = fs.readFileSync(path.join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (version === binaryVersion.split('.')[0]) return;
  throw new GatewayError(
    'store_unavailable',
    `The database in ${cluster} is of PostgreSQL ${version}, the embedded server is ${binaryVersion}: dump and restore it, or delete the data directory.`,
  );
}

interface Ownership {
  readonly home: string;
  readonly state: ServerState;
  readonly release: () => void;
  readonly onCrash: ((reason: string) => void) | undefined;
}

async function startServer(place: ClusterPlace, owner: Ownership): Promise<EmbeddedPostgres> {
  const orphan = findOrphan(place);
  if (orphan !== undefined) await stopPostmaster(orphan, place);
  for (let tries = 1; ; tries++) {
    const port = await choosePort(tries === 1 ? owner.state.port : undefined);
    writeState(owner.home, { ...owner.state, port });
    try {
      return await launch(place, owner, port);
    } catch (error) {
      if (tries === PORT_TRIES || !isAddressTaken(place)) throw error;
    }
  }
}

async function launch(place: ClusterPlace, owner: Ownership, port: number): Promise<EmbeddedPostgres> {
  const child = spawnPostmaster(place, port);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
  });
  child.unref();
  const pid = child.pid ?? 0;
  const unwatch = pid > 0 ? watchOver(pid, place) : (): void => undefined;
  let stopping: Promise<void> | undefined;
  let isUp = false;
  void ended.then((how) => {
    unwatch();
    if (isUp && stopping === undefined)
      owner.onCrash?.(`The embedded Postgres (process ${pid}) is gone: ${how}.`);
  });
  const stop = (): Promise<void> => (stopping ??= stopPostmaster(pid, place).then(owner.release));
  const connection = { user: SUPERUSER, password: owner.state.password, port };
  try {
    const connectionString = await awaitServer(connection, place, ended);
    isUp = true;
    return { connectionString, pid, stop };
  } catch (error) {
    if (pid > 0) await stopPostmaster(pid, place);
    throw error;
  }
}
