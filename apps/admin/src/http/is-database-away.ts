import { isObject } from '@turnpike/kernel';

/** Prisma's codes for a database that cannot be reached, is too slow or has closed the connection. */
const PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);

/** Connection failures, resources used up, shutdown: classes 08, 53 and 57P of the SQL states. */
const SQL_STATES = /^(08|53|57P)/;

const SOCKET =
  /ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|Connection terminated|timeout exceeded when trying to connect/;

const DEEPEST = 5;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Whether an error of Prisma, pg or the socket, or one of its causes, means that the database is not there. */
export function isDatabaseAway(error: unknown, depth = 0): boolean {
  if (!isObject(error) || depth > DEEPEST) return false;
  const { severity, cause, meta } = error;
  const [code, state, message] = [
    textOf(error['code']),
    textOf(error['originalCode']),
    textOf(error['message']),
  ];
  return (
    PRISMA_CODES.has(code) ||
    SQL_STATES.test(state || code) ||
    severity === 'FATAL' ||
    SOCKET.test(`${code} ${message}`) ||
    isDatabaseAway(cause, depth + 1) ||
    (isObject(meta) && isDatabaseAway(meta['driverAdapterError'], depth + 1))
  );
}
