import { crc32 } from 'node:zlib';

/** Bytes before the headers and after the payload: lengths with their checksum, and the checksum of all. */
const PRELUDE = 12;
const TRAILER = 4;
const STRING_HEADER = 7;

function headerBytes(name: string, value: string): Buffer {
  const head = Buffer.from(name);
  const body = Buffer.from(value);
  const out = Buffer.alloc(head.length + body.length + 4);
  out.writeUInt8(head.length, 0);
  head.copy(out, 1);
  out.writeUInt8(STRING_HEADER, head.length + 1);
  out.writeUInt16BE(body.length, head.length + 2);
  body.copy(out, head.length + 4);
  return out;
}

/** One message of an AWS event stream. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html */
export function eventFrame(headers: Readonly<Record<string, string>>, payload: string): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => headerBytes(name, value)));
  const body = Buffer.from(payload);
  const out = Buffer.alloc(PRELUDE + head.length + body.length + TRAILER);
  out.writeUInt32BE(out.length, 0);
  out.writeUInt32BE(head.length, 4);
  out.writeUInt32BE(crc32(out.subarray(0, 8)), 8);
  head.copy(out, PRELUDE);
  body.copy(out, PRELUDE + head.length);
  out.writeUInt32BE(crc32(out.subarray(0, out.length - TRAILER)), out.length - TRAILER);
  return out;
}
