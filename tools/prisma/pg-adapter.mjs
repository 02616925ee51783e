/** The pg driver adapter as the schema engine needs it: what the published one does not do for migrations is put right here. */
import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';

const CHAR = 18;
const BPCHAR = 1042;

/** The internal type "char" of the catalogue is unknown to the adapter; the engine's own queries read it. */
function teachCharType(queryable) {
  const performIO = queryable.performIO.bind(queryable);
  const queryRaw = queryable.queryRaw.bind(queryable);
  const charColumns = new WeakMap();
  queryable.performIO = async (query) => {
    const result = await performIO(query);
    charColumns.set(
      query,
      result.fields.flatMap((field, i) => (field.dataTypeID === CHAR ? [i] : [])),
    );
    const fields = result.fields.map((field) =>
      field.dataTypeID === CHAR ? { ...field, dataTypeID: BPCHAR } : field,
    );
    return { rows: result.rows, rowCount: result.rowCount, fields };
  };
  queryable.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const i of charColumns.get(query) ?? []) result.columnTypes[i] = ColumnTypeEnum.Character;
    return result;
  };
  return queryable;
}

/** The published executeScript splits at every ";" (function bodies!) and is not atomic: one simple query is both. */
function teachScripts(adapter) {
  const startTransaction = adapter.startTransaction.bind(adapter);
  adapter.startTransaction = async (level) => teachCharType(await startTransaction(level));
  adapter.executeScript = async (script) => {
    try {
      await adapter.underlyingDriver().query(script);
    } catch (error) {
      adapter.onError(error);
    }
  };
  return teachCharType(adapter);
}

const connectTo = async (url) => {
  const schema = new URL(url).searchParams.get('schema') ?? undefined;
  return teachScripts(await new PrismaPg({ connectionString: url, max: 2 }, { schema }).connect());
};

const withDatabase = (url, database) => Object.assign(new URL(url), { pathname: `/${database}` }).href;

/** One connection to `database` on the server of `url`. */
export async function openServerClient(url, database) {
  const client = new pg.Client({
    connectionString: withDatabase(url, database),
    connectionTimeoutMillis: 5000,
  });
  await client.connect();
  return client;
}

async function onServer(url, statement) {
  const client = await openServerClient(url, 'postgres');
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * A factory in the shape of the engine. Its shadow database is really another one: the published adapter lets the
 * connection string win over the shadow's name and would replay (and reset) on the main database.
 */
export function createAdapterFactory(url) {
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => {
      if (!url) throw new Error('No database URL: set DATABASE_URL.');
      return connectTo(url);
    },
    connectToShadowDb: async () => {
      const name = `prisma_migrate_shadow_db_${randomUUID()}`;
      await onServer(url, `CREATE DATABASE "${name}"`);
      const adapter = await connectTo(withDatabase(url, name));
      const dispose = adapter.dispose.bind(adapter);
      adapter.dispose = async () => {
        await dispose();
        await onServer(url, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      };
      return adapter;
    },
  };
}
