/** Where a ledger says what an operator must know; a pino logger fits. Fields never hold prompt text. */
export interface LedgerLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const SILENT_LOG: LedgerLog = { warn: () => undefined, error: () => undefined };
