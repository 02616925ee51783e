#!/usr/bin/env node
/**
 * Stands in for the vendor's native schema engine, which cannot be downloaded everywhere: the same stdio protocol
 * (newline JSON-RPC, and `cli <verb>`), answered by the WebAssembly build of that engine over the pg driver.
 * prisma.config.ts points PRISMA_SCHEMA_ENGINE_BINARY here. Verified against Prisma 7.10.0.
 */
import fs from 'node:fs';
import readline from 'node:readline';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { createAdapterFactory, openServerClient } from './pg-adapter.mjs';

const CODES = { '3D000': 'P1003', '28P01': 'P1000', 28000: 'P1000' };

/** Reads `[--datamodels f]* [--datasource json] [cli verb]`; flags this engine has no use for are skipped. */
export function readArguments(argv) {
  const read = { datamodels: [], datasource: undefined, verb: undefined };
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === '--datamodels') read.datamodels.push(argv[++i]);
    else if (argv[i] === '--datasource') read.datasource = JSON.parse(argv[++i]);
    else if (argv[i] === 'cli') read.verb = argv[++i];
  }
  return read;
}

/** `cli can-connect-to-database | create-database`: exit 0, or a log line with the vendor's error code and exit 1. */
async function answerVerb(verb, url) {
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  try {
    const client = await openServerClient(url, verb === 'create-database' ? 'postgres' : database);
    try {
      if (verb === 'create-database')
        await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
    } finally {
      await client.end();
    }
  } catch (error) {
    const fields = { message: error.message || String(error.code), error_code: CODES[error.code] ?? 'P1001' };
    if (error.code === '42P04') Object.assign(fields, { error_code: 'P1009' });
    // The reader drops the first line of stderr.
    fs.writeSync(2, `\n${JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields })}`);
    process.exitCode = 1;
  }
}

/** The engine, instantiated by hand: bundlers do what the package expects, Node does not. */
async function loadEngine() {
  // A panic without this registry surfaces as a TypeError that hides the reason.
  globalThis.PRISMA_WASM_PANIC_REGISTRY = {
    message: '',
    set_message: (text) => (PRISMA_WASM_PANIC_REGISTRY.message = text),
  };
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const bytes = fs.readFileSync(
    new URL('./schema_engine_bg.wasm', import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg')),
  );
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings.SchemaEngine;
}

async function startEngine({ datamodels, datasource }) {
  const SchemaEngine = await loadEngine();
  const adapter = bindMigrationAwareSqlAdapterFactory(createAdapterFactory(datasource?.url));
  // An empty list panics: without a schema it has to be undefined.
  const files = datamodels.length
    ? datamodels.map((file) => [file, fs.readFileSync(file, 'utf8')])
    : undefined;
  return SchemaEngine.new({ datamodels: files }, () => {}, adapter);
}

const ALIASES = { getDatabaseVersion: 'version' };

/** One call of the command line; `print` goes out before the result of a diff, as the native engine does it. */
async function answerCall(engine, { method, params }, send) {
  if (method === 'createDatabase') return { databaseName: '' };
  const result = await engine[ALIASES[method] ?? method](Array.isArray(params) ? params[0] : params);
  if (method === 'diff' && result?.stdout) {
    send({ jsonrpc: '2.0', id: 0, method: 'print', params: { content: result.stdout } });
  }
  return result ?? null;
}

/** Wraps what the engine threw in the envelope that the command line prints from. */
function describeFailure(error) {
  const panic = PRISMA_WASM_PANIC_REGISTRY.message;
  const message = panic || error?.message || String(error);
  const data = {
    is_panic: Boolean(panic),
    message,
    meta: error?.meta ?? null,
    error_code: error?.code ?? null,
  };
  return { code: 4466, message: 'An error happened. Check the data field for details.', data };
}

async function serve(options) {
  const send = (message) => fs.writeSync(1, `${JSON.stringify(message)}\n`);
  const engine = await startEngine(options);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const call = JSON.parse(line);
    if (call.method === undefined) continue; // the reply to our own `print`
    try {
      send({ jsonrpc: '2.0', id: call.id, result: await answerCall(engine, call, send) });
    } catch (error) {
      send({ jsonrpc: '2.0', id: call.id, error: describeFailure(error) });
    }
  }
}

const options = readArguments(process.argv.slice(2));
await (options.verb === undefined ? serve(options) : answerVerb(options.verb, options.datasource.url));
process.exit();
