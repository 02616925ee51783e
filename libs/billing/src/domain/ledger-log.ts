/** Where a ledger says what an operator must know. The message is a sentence; fields never hold prompt text. */
export interface LedgerLog {
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export const SILENT_LOG: LedgerLog = { warn: () => undefined, error: () => undefined };
