/**
 * Who may import whom: one table, read by the ESLint rule and by the architecture test. A row holds for the files that
 * match it first; `imports` are patterns of files from the root, `packages` of what comes from outside. `$1` is the
 * feature the importing file belongs to.
 */
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const FEATURES = 'identity|provider|routing|quota|billing|continuity';
const FOUNDATION = '^libs/(kernel|protocol)/src/';
/** Builtins without input or output. */
const PURE_NODE = '^node:(buffer|crypto|string_decoder|util|zlib|assert)$';
const NODE = '^node:';
const ANY = '.';
/** Specs and what only specs use. */
const SPEC = /\.spec\.ts$|\/fixtures\/|^test\//;

const LAYERS = [
  { name: 'A spec', files: SPEC, imports: [ANY], packages: [ANY] },
  { name: 'The kernel', files: /^libs\/kernel\//, imports: ['^libs/kernel/'], packages: [PURE_NODE] },
  {
    name: 'The protocol',
    files: /^libs\/protocol\//,
    imports: ['^libs/protocol/', '^libs/kernel/'],
    packages: [PURE_NODE],
  },
  {
    name: 'A dialect',
    files: /^libs\/dialects\//,
    imports: ['^libs/dialects/', FOUNDATION],
    packages: [PURE_NODE],
  },
  {
    name: 'The domain of provider',
    files: /^libs\/(provider)\/src\/(?:domain|providers)\//,
    imports: ['^libs/provider/src/(domain|providers)/', '^libs/dialects/', FOUNDATION],
    packages: [PURE_NODE],
  },
  {
    name: 'The domain of a feature',
    files: new RegExp(`^libs/(${FEATURES})/src/domain/`),
    imports: ['^libs/$1/src/domain/', FOUNDATION],
    packages: [PURE_NODE],
  },
  {
    name: 'A Nest module of a feature',
    files: new RegExp(`^libs/(${FEATURES})/src/[^/]+\\.module\\.ts$`),
    imports: ['^libs/$1/', FOUNDATION, '^libs/(persistence|telemetry)/'],
    packages: ['^@nestjs/common$'],
  },
  {
    name: 'A feature outside of its domain',
    files: new RegExp(`^libs/(${FEATURES})/`),
    imports: ['^libs/$1/', FOUNDATION, '^libs/(persistence|telemetry)/', '^libs/dialects/'],
    packages: ['^(?!@nestjs/)'],
  },
  {
    name: 'The pipeline',
    files: /^libs\/pipeline\//,
    imports: [
      '^libs/pipeline/',
      `^libs/(${FEATURES})/src/(index\\.ts|domain/)`,
      '^libs/dialects/',
      FOUNDATION,
    ],
    packages: [NODE],
  },
  {
    name: 'Configuration, telemetry and persistence',
    files: /^libs\/(config|telemetry|persistence)\//,
    imports: ['^libs/$1/', '^libs/kernel/'],
    packages: ['^(?!@nestjs/)'],
  },
  { name: 'Testing', files: /^libs\/testing\//, imports: [ANY], packages: [ANY] },
  {
    name: 'The mock upstream',
    files: /^apps\/mock-upstream\//,
    imports: ['^apps/mock-upstream/', '^libs/dialects/', FOUNDATION],
    packages: ['^(?!@nestjs/)'],
  },
  { name: 'An app', files: /^apps\//, imports: ['^apps/', '^libs/(?!testing/)'], packages: [ANY] },
];

const isFile = (file) => fs.statSync(path.join(root, file), { throwIfNoEntry: false })?.isFile() === true;

/** File from the root that a specifier means; the specifier itself when it is a package. */
function resolveImport(from, specifier) {
  const alias = /^@turnpike\/([^/]+)(?:\/(.+))?$/.exec(specifier);
  if (!alias && !specifier.startsWith('.')) return { package: specifier };
  const target = alias
    ? path.posix.join('libs', alias[1], 'src', alias[2] ?? 'index')
    : path.posix.join(path.posix.dirname(from), specifier);
  return { file: [target, `${target}.ts`, `${target}/index.ts`].find(isFile) ?? target };
}

/** A sentence when `from` (path from the root, with /) must not import `specifier`; undefined when it may. */
function findOffence(from, specifier) {
  const layer = LAYERS.find(({ files }) => files.test(from));
  if (layer === undefined) return undefined;
  const feature = layer.files.exec(from)?.[1] ?? '';
  const target = resolveImport(from, specifier);
  if (layer.files !== SPEC && target.file && SPEC.test(target.file)) {
    return `${layer.name} must not import ${target.file}, which is for specs: ${from}`;
  }
  const patterns = target.package === undefined ? layer.imports : layer.packages;
  const subject = target.package ?? target.file;
  if (patterns.some((pattern) => new RegExp(pattern.replace('$1', feature)).test(subject))) return undefined;
  return `${layer.name} must not import ${subject}: ${from}`;
}

module.exports = { findOffence, root };
