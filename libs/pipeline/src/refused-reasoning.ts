import type { Failure } from '@turnpike/protocol';

/** Sentences and codes of vendors that do not take what stands in the history as their own thinking. */
const SENTENCES: readonly RegExp[] = [
  /invalid\W{1,4}signature\W{1,4}in\W{1,4}thinking\W{1,4}block/i,
  /thinking\W{1,4}(?:or\W{1,4}redacted_thinking\W{1,4})?blocks[^.]{0,80} cannot be modified/i,
  /encrypted content[^.]{0,120} could not be (?:verified|decrypted)/i,
  /(?:invalid|corrupted) thought.?signature|thought.?signature[^.]{0,40} (?:not valid|invalid|corrupted)/i,
];

/** The vendor refused the request for earlier reasoning that it cannot verify: without any, it can be asked again. */
export const refusesReasoning = ({ class: kind, status, vendor }: Failure): boolean =>
  kind === 'caller' &&
  status === 400 &&
  (vendor.code === 'invalid_encrypted_content' ||
    SENTENCES.some((sentence) => sentence.test(vendor.message)));
