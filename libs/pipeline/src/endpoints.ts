import { operationPath, type OperationId, type Target } from '@turnpike/provider';
import { notOffered } from './operations/not-offered';

/**
 * Path of one operation at its target, query included.
 * @throws GatewayError operation_not_offered: the provider has no such operation.
 */
export function pathOf(target: Target, operation: OperationId, stream = false): string {
  const path = operationPath(target, operation, stream);
  if (path !== undefined) return path;
  throw notOffered(target, operation);
}
