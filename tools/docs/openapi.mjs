import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The control plane's own description, asked of the control plane; nothing is stored and no database is needed. */
export async function readOpenApi() {
  const { createAdminApp } = require('../../dist/apps/admin/src/admin-app.js');
  const { ReportsModule } = require('../../dist/apps/admin/src/reports/reports.module.js');
  const { RoutingStateModule } = require('../../dist/apps/admin/src/routing-state/routing-state.module.js');
  const { KeyChanges } = require('../../dist/libs/identity/src/index.js');
  const { createPgPool } = require('../../dist/libs/persistence/src/pg-pool.js');
  const pool = createPgPool('postgresql://127.0.0.1:1/none');
  const app = await createAdminApp({
    pool,
    pepper: 'unused'.repeat(8),
    changes: new KeyChanges(),
    host: '127.0.0.1',
    port: 0,
    modules: [
      ReportsModule.with({ pool, priceVersion: () => 'unused' }),
      RoutingStateModule.with({ groups: undefined, providers: () => undefined }),
    ],
  });
  try {
    const answer = await fetch(new URL('/docs/json', await app.listen()));
    return await answer.json();
  } finally {
    await app.close();
    await pool.end();
  }
}
