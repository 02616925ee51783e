import { GatewayError, isObject } from '@turnpike/kernel';
import { holdsReasoning, type Failure } from '@turnpike/protocol';
import type { Target } from '@turnpike/provider';
import { CallBody } from './call-body';
import { learnMember } from './learned-members';
import type { Asked } from './operations/asked';
import type { PreparedCall } from './prepare-call';
import { readRefusedMember } from './read-refused-member';
import { refusesReasoning } from './refused-reasoning';

/** Servers name one member at a time. */
const MOST_MEMBERS = 3;

/** What one target was asked, and what it refused it for. */
export interface Refused {
  readonly target: Target;
  readonly prepared: PreparedCall;
  readonly failure: Failure;
}

/** True: the request was bent to what this target takes, and it is to be asked again. Each bending happens once. */
export const amendRequest = (asked: Asked, refused: Refused): boolean =>
  asked instanceof CallBody && (dropsReasoning(asked, refused) || leavesOut(asked, refused));

/** Where the body is ours to write, a member that the target does not take leaves it, in this call and later ones. */
function leavesOut(body: CallBody, { target, prepared, failure }: Refused): boolean {
  if (prepared.lane !== 'translate' || body.membersRefused >= MOST_MEMBERS) return false;
  const refused = readRefusedMember(failure);
  if (!refused || !holdsMember(prepared, refused.member)) return false;
  body.membersRefused++;
  learnMember(target, refused);
  return true;
}

function holdsMember({ body }: PreparedCall, member: string): boolean {
  if (!Buffer.isBuffer(body)) return false;
  const sent: unknown = JSON.parse(body.toString('utf8'));
  return isObject(sent) && Object.hasOwn(sent, member);
}

/** Once per call, and only where there is something to leave out. */
function dropsReasoning(body: CallBody, { target, failure }: Refused): boolean {
  if (body.reasoningRefusedBy !== undefined || !refusesReasoning(failure)) return false;
  if (!mayHoldReasoning(body, target)) return false;
  body.reasoningRefusedBy = target;
  return true;
}

/** A body that cannot be decoded cannot be bent either: the vendor's own words are the better answer. */
function mayHoldReasoning(body: CallBody, target: Target): boolean {
  try {
    return holdsReasoning(body.restored(target));
  } catch (error) {
    if (error instanceof GatewayError) return false;
    throw error;
  }
}
