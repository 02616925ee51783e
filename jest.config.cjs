/** One preset for every project: SWC, path aliases from tsconfig, no network outside loopback. */
const { compilerOptions } = require('./tsconfig.json');

const moduleNameMapper = Object.fromEntries(
  Object.entries(compilerOptions.paths).map(([alias, [target]]) => [
    `^${alias.replace('*', '(.*)')}$`,
    `<rootDir>/${target.replace('*', '$1')}`,
  ]),
);

const swc = {
  swcrc: false,
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2022',
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

const base = {
  rootDir: __dirname,
  testEnvironment: 'node',
  moduleNameMapper,
  transform: { '^.+\\.(t|j)s$': ['@swc/jest', swc] },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.nx'],
};

module.exports = {
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs}/**/*.spec.ts', '<rootDir>/test/architecture/**/*.spec.ts'],
    },
    { ...base, displayName: 'integration', testMatch: ['<rootDir>/test/integration/**/*.spec.ts'] },
    {
      ...base,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'],
      // Clients that are ES modules only, and what they are made of.
      transformIgnorePatterns: ['/node_modules/(?!(ai|@ai-sdk|@workflow|eventsource-parser|zod)/)'],
      // Of the suites with real coding agents only the quick one; `npm run test:agents` runs them all.
      testPathIgnorePatterns: ['<rootDir>/test/e2e/agents/(?!quick.spec)', '<rootDir>/test/e2e/resilience/'],
    },
    // What is timed over several processes: `npm test` gives it the machine to itself, after all others.
    { ...base, displayName: 'timed', testMatch: ['<rootDir>/test/e2e/resilience/**/*.spec.ts'] },
  ],
  maxWorkers: 2,
};
