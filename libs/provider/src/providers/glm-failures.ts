import type { FailureRule } from '../domain/definition';

/** Business codes of the GLM platforms (docs.bigmodel.cn and docs.z.ai, read 2026): both speak the same table. */
export const GLM_FAILURES: readonly FailureRule[] = [
  { code: ['1000', '1001', '1002', '1003', '1004', '1005'], class: 'auth', scope: 'credential' },
  { code: ['1110', '1111', '1112', '1121'], class: 'auth', scope: 'credential' },
  { code: ['1113', '1309'], class: 'credit', scope: 'credential' },
  { code: ['1220', '1311'], class: 'auth', scope: 'model' },
  { code: ['1211', '1221', '1222'], class: 'target_gone', scope: 'none' },
  { code: ['1261'], class: 'context_length', scope: 'none' },
  { code: ['1301'], class: 'content_filter', scope: 'none' },
  { code: ['1302', '1303', '1313'], class: 'rate_minute', scope: 'credential' },
  { code: ['1304'], class: 'rate_long', scope: 'credential', midnight: 'Asia/Shanghai' },
  { code: ['1305', '1312'], class: 'overload', scope: 'model' },
  {
    code: ['1308', '1310', '1314', '1316', '1317', '1318', '1319', '1320', '1321'],
    class: 'rate_long',
    scope: 'credential',
  },
  { code: ['1200', '1230', '1234', '1120'], class: 'server', scope: 'model' },
];
