import type { Json } from '@turnpike/kernel';
import { readBoolean, readString, refuse } from '@turnpike/protocol';
import type { StateRequest } from '../../dialect';

const isAsked = (value: unknown): boolean => value !== undefined && value !== null && value !== false;

/** What a request says of state. @throws GatewayError invalid_request for members of a wrong type. */
export function readState(member: (name: string) => unknown): StateRequest {
  const previousId = readString(member('previous_response_id') as Json, 'previous_response_id');
  if (previousId === '') refuse('previous_response_id', 'must not be empty');
  return {
    ...(previousId === undefined ? {} : { previousId }),
    namesConversation: isAsked(member('conversation')),
    stores: readBoolean(member('store') as Json, 'store') !== false,
  };
}
