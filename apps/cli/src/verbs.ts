import { printConfig, printSchema, validateConfig } from './config/config-verbs';
import { explain } from './explain/explain-route';
import { createKey } from './keys/create-key';
import { generateKey } from './keys/generate-key';
import { listKeys } from './keys/list-keys';
import { revokeKeys } from './keys/revoke-keys';
import { migrate } from './migrate';
import { runProcess } from './run-process';
import type { Verb } from './world';

/** What the command can do, by its first one or two words. */
export const VERBS = {
  standalone: runProcess(
    'standalone',
    'run everything in one process on embedded stores',
    () => import('../../standalone/src/main'),
  ),
  gateway: runProcess('gateway', 'run the data plane', () => import('../../gateway/src/main')),
  admin: runProcess('admin', 'run the control plane', () => import('../../admin/src/main')),
  worker: runProcess('worker', 'run the background work', () => import('../../worker/src/main')),
  migrate,
  explain,
  'config validate': validateConfig,
  'config print': printConfig,
  'config schema': printSchema,
  'keys generate': generateKey,
  'keys create': createKey,
  'keys list': listKeys,
  'keys revoke': revokeKeys,
} as const satisfies Record<string, Verb>;
