import { isObject, type Json } from '@turnpike/kernel';

/** Who answered, and whether the upstream remembers it too. */
export interface ResponseOrigin {
  /** Configured provider and `provider/name` of the credential. */
  readonly provider: string;
  readonly credentialId: string;
  readonly vendor: string;
  /** The upstream account, in a form that may be shown. */
  readonly account: string;
  /** The upstream stored the response under the same id: this credential can go on from it. */
  readonly storedUpstream: boolean;
}

/** One response as it was delivered, and the conversation that it answered. */
export interface ResponseRecord extends ResponseOrigin {
  /** JSON text of the response as its client got it; undefined: too large to be kept, only the upstream has it. */
  readonly response?: string;
  /** JSON text: an array of the items before it. Present with `response`. */
  readonly before?: string;
}

const VERSION = 1;
const LENGTH_BYTES = 4;

/** A head in JSON with its length in front, then the texts as they are: text within text would double its quotes. */
export function writeResponseRecord({ response = '', before = '', ...origin }: ResponseRecord): Buffer {
  const said = Buffer.from(response);
  const head = Buffer.from(JSON.stringify({ v: VERSION, ...origin, responseBytes: said.length }));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, said, Buffer.from(before)]);
}

/** undefined: written by a version of this product that is not understood here. */
export function readResponseRecord(bytes: Buffer): ResponseRecord | undefined {
  const headEnd = LENGTH_BYTES + bytes.readUInt32BE(0);
  const head = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, headEnd)) as Json;
  if (!isObject(head) || head.v !== VERSION) return undefined;
  const { v: _version, responseBytes, ...origin } = head;
  if (typeof responseBytes !== 'number') return undefined;
  const known = origin as unknown as ResponseOrigin;
  if (responseBytes === 0) return known;
  const saidEnd = headEnd + responseBytes;
  return {
    ...known,
    response: bytes.toString('utf8', headEnd, saidEnd),
    before: bytes.toString('utf8', saidEnd),
  };
}

/** The same without what makes it large: enough for an upstream that remembers. */
export const withoutContent = ({ response: _r, before: _b, ...origin }: ResponseRecord): ResponseRecord =>
  origin;
