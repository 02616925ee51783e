import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');

/** Sources of what serves: apps and libs without specs, fixtures and generated code. */
function sources(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory())
      return /^(node_modules|generated|fixtures|testing)$/.test(entry.name) ? [] : sources(file);
    return file.endsWith('.ts') && !file.endsWith('.spec.ts') ? [file] : [];
  });
}

const FORBIDDEN: readonly (readonly [string, RegExp])[] = [
  ['child processes', /child_process|node:cluster|worker_threads/],
  ['vm', /['"](?:node:)?vm['"]|node:inspector|node:repl/],
  ['eval', /(?<![.])\beval\(|\bnew Function\b|setTimeout\(\s*['"`]/],
  ['dynamic require', /\brequire\((?!['"])(?!\.)|\bimport\((?!['"])/],
  ['CORS', /access-control-allow|@fastify\/cors|enableCors/i],
  ['unsafe SQL', /\$(?:query|execute)RawUnsafe/],
  ['lenient HTTP', /insecureHTTPParser|rejectUnauthorized|NODE_TLS_REJECT/],
  ['redirects', /redirect:\s*['"]follow|maxRedirections|interceptors\.redirect/],
];

/** The launcher of the embedded database of a standalone, and the command line that is no service. */
const EXCEPTIONS: Readonly<Record<string, RegExp>> = {
  'child processes': /^libs\/persistence\/src\/embedded\/|^apps\/cli\//,
  'dynamic require': /^apps\/cli\//,
};

it.each(FORBIDDEN)('knows no %s', (what, pattern) => {
  const files = [...sources('apps'), ...sources('libs')];
  expect(files.length).toBeGreaterThan(200);
  const found = files.filter(
    (file) =>
      !EXCEPTIONS[what]?.test(file.split(path.sep).join('/')) &&
      pattern.test(readFileSync(path.join(ROOT, file), 'utf8')),
  );
  expect(found).toEqual([]);
});
