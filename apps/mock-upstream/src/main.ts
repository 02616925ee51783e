import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { readLimits } from './limits/read-limits';
import { createMockUpstream } from './mock-upstream';

const USAGE = `usage: mock-upstream [--port 9101] [--host 127.0.0.1] [--name mock] [--script rules.yaml] [--limits limits.yaml] [--credential key]...
`;

/** Runs the provider until SIGTERM or SIGINT; resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: 'string', default: '9101' },
      host: { type: 'string', default: '127.0.0.1' },
      name: { type: 'string', default: 'mock' },
      script: { type: 'string' },
      limits: { type: 'string' },
      credential: { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const read = (file: string | undefined): unknown =>
    file === undefined ? undefined : parse(readFileSync(file, 'utf8'));
  const rules = read(values.script);
  const limits = values.limits === undefined ? undefined : readLimits(read(values.limits));
  const { host, name, credential } = values;
  const mock = await createMockUpstream({
    port: Number(values.port),
    host,
    name,
    rules,
    limits,
    credentials: credential,
  });
  process.stdout.write(
    `Mock upstream listens on ${mock.url}: base URL of OpenAI ${mock.url}/v1, of all others ${mock.url}\n`,
  );
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await mock.close();
  return 0;
}

if (require.main === module)
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
