import { createHash } from 'node:crypto';

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `call_` and 24 letters or digits, the same for the same answer and position. */
function mintCallId(answerId: string, position: number): string {
  const digest = createHash('sha256').update(`${answerId}:${position}`).digest();
  return `call_${Array.from(digest.subarray(0, 24), (byte) => ALPHANUMERIC[byte % 62]).join('')}`;
}

/** Ids that some servers count up from 0 in every answer would point to an earlier call later on. */
const BARE_INDEX = /^(?:\d+|functions\..*)$/;

/**
 * Call ids of one answer as its client gets them: the upstream's own where it is legal, not a bare index and not used
 * before in this answer, else one derived from the answer's id.
 */
export function createAnswerCallIds(answerId: string, legal: RegExp): (upstreamId: string) => string {
  const used = new Set<string>();
  let position = 0;
  return (upstreamId) => {
    position++;
    const usable = legal.test(upstreamId) && !BARE_INDEX.test(upstreamId) && !used.has(upstreamId);
    const id = usable ? upstreamId : mintCallId(answerId, position);
    used.add(id);
    return id;
  };
}
