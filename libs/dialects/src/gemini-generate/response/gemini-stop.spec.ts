import { readFinishReason } from './gemini-stop';

describe('readFinishReason', () => {
  it.each([
    ['STOP', 'end'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'filtered'],
    ['MODEL_ARMOR', 'filtered'],
    ['MALFORMED_FUNCTION_CALL', 'malformed_call'],
    ['OTHER', 'error'],
    ['SOMETHING_NEW', 'end'],
    [1, 'end'],
    [2, 'length'],
    [8, 'filtered'],
    [10, 'malformed_call'],
    [99, 'end'],
    ['FINISH_REASON_UNSPECIFIED', undefined],
    [0, undefined],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('%p is %p', (value, stop) => expect(readFinishReason(value)).toBe(stop));
});
