import { NO_USAGE } from '@turnpike/protocol';
import { estimateUsage, tokensOfBytes } from './estimate-usage';

test.each([
  [0, 0],
  [1, 1],
  [7, 2],
  [8, 3],
  [3_500, 1_000],
  [-5, 0],
])('%d bytes are taken for %d tokens', (bytes, tokens) => expect(tokensOfBytes(bytes)).toBe(tokens));

test.each([
  [{ inputBytes: 700, textBytes: 70 }, 200, 20],
  [{ inputEstimate: 123.2, inputBytes: 700, textBytes: 0 }, 124, 0],
  [{ textBytes: 3 }, 0, 1],
])('%j is estimated', (evidence, input, output) =>
  expect(estimateUsage(evidence)).toEqual({ ...NO_USAGE, input, output }),
);
