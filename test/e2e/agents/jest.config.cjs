/** The e2e project's own settings, for the suites with real coding agents alone. */
const path = require('node:path');
const { projects } = require('../../../jest.config.cjs');

const e2e = projects.find((project) => project.displayName === 'e2e');

module.exports = {
  ...e2e,
  rootDir: path.resolve(__dirname, '../../..'),
  displayName: 'agents',
  testMatch: ['<rootDir>/test/e2e/agents/**/*.spec.ts'],
  // Its cases are among those of the other suites.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/agents/quick.spec.ts'],
};
