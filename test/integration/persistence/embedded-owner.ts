import { startEmbeddedPostgres } from '@turnpike/persistence/embedded/start-embedded-postgres';

/** Owns an embedded server until it is told to leave: `exit` on stdin ends it without stopping the server. */
async function main(dataDir: string): Promise<void> {
  const { connectionString, pid } = await startEmbeddedPostgres({ dataDir });
  process.stdout.write(`${JSON.stringify({ connectionString, pid })}\n`);
  process.stdin.on('data', () => process.exit(0));
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
