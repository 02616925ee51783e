import { GatewayError } from '@turnpike/kernel';
import type { OperationId, Target } from '@turnpike/provider';

/** The target has no such operation: another one of the route may have. */
export const notOffered = ({ provider, model }: Target, operation: OperationId): GatewayError =>
  new GatewayError(
    'operation_not_offered',
    `${provider.name} does not offer ${operation.replace('-', ' ')} with model ${model} (gateway). Name a model that does.`,
    { param: 'model', final: true },
  );
