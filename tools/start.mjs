/** `npm start`: installs and builds what is missing, then runs the standalone product in this very process. */
import module, { createRequire } from 'node:module';
import { holdSignals, interruptedCode, releaseSignals, wasInterrupted } from './run-child.mjs';
import { setUp } from './setup.mjs';

holdSignals();
await setUp();
if (wasInterrupted()) process.exit(interruptedCode());

module.enableCompileCache?.(); // Node 22 and newer: half of the loading time of a second start
const { main } = createRequire(import.meta.url)('../dist/apps/standalone/src/main.js');
releaseSignals();
await main(process.argv.slice(2));
