import { cleanVendorError } from './clean-vendor-error';

const clean = (message: string): string => cleanVendorError({ message }).message;

describe('cleanVendorError', () => {
  it.each([
    ['a key', 'Incorrect API key provided: sk-proj-abcDEF123456', 'abcDEF123456'],
    ['a masked key', 'Incorrect API key provided: sk-ab*********wxyz.', 'wxyz'],
    ['a key masked in the middle', 'Incorrect API key provided: xa***FA.', 'FA'],
    ['a bearer token', 'Bearer abc.def-1234567890 was refused', '1234567890'],
    ['a Google key', 'API key AIzaSyA-1234567890abcdefghijk expired', 'AIza'],
    ['a JWT', 'token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln is bad', 'eyJ'],
    ['a key of an unknown vendor', 'the value q9Zx7Lk2Pw8Rt4Yv6Bn1 is no key', 'q9Zx7Lk2'],
    ['a named secret', 'api_key=hunter2hunter2 is wrong', 'hunter2'],
    ['an organization', 'Rate limit in organization org-Abc123 on tokens', 'org-Abc123'],
    ['an organization in brackets', 'your organization (Example-Org) of 30,000 tokens', 'Example-Org'],
    ['an account and its key id', 'Your account org-FAKE<ak-FAKE> is suspended', 'FAKE'],
    ['a team', 'Your team 1b2c3d4e-0000-4000-8000-1234567890ab has used', '1234567890ab'],
    ['a project', 'Publisher Model `projects/my-project/locations/x` was not found', 'my-project'],
    ['an ARN', 'arn:aws:bedrock:us-east-1:123456789012:x is unknown', '123456789012'],
    ['a person', 'ask jane.doe@example.com for access', 'jane.doe'],
    ['an internal URL', 'POST http://gateway.prod.svc:8080/v1 failed', 'gateway.prod'],
    ['an internal host', 'dial gpu-7.prod.internal:443: refused', 'gpu-7'],
    ['a private address', 'connect ECONNREFUSED 10.20.30.40:443', '10.20.30.40'],
    ['a query', 'see https://vendor.example/errors?key=abc123', 'abc123'],
    ['a user in a URL', 'see https://me:pass@vendor.example/errors', 'pass'],
  ])('removes %s', (_name, message, secret) => {
    expect(clean(message)).not.toContain(secret);
    expect(clean(message).length).toBeGreaterThan(5);
  });

  it.each([
    'This model does not support effort level xhigh',
    'Rate limit reached for `llama-4-maverick-17b-128e-instruct` on tokens per minute (TPM): Limit 12000',
    'prompt is too long: 213462 tokens > 200000 maximum',
    'Visit https://vendor.example/docs/errors to learn more.',
    'Basic tier limits exceeded',
    'Your organization must be verified to stream this model.',
    'invalid request (request id: 202604250550399959)',
    '您的限额将在 2026-08-25 07:41:44 重置。',
  ])('leaves %j alone', (message) => expect(clean(message)).toBe(message));

  it('bounds the message in bytes and never splits a character', () => {
    const message = clean('错'.repeat(5_000));
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(2_048);
    expect(message).toMatch(/^错+…$/);
  });

  it('does not show half a secret at the edge of what is read', () => {
    const message = `${'x '.repeat(4_090)} sk-${'A1'.repeat(400)}`;
    expect(clean(message)).not.toContain('A1A1');
  });

  it('cleans type, code and param as well', () => {
    const error = cleanVendorError({
      message: 'x',
      type: 'sk-abc123456',
      code: 'ok',
      param: 'messages.0.content',
    });
    expect(error).toEqual({ message: 'x', type: '[removed]', code: 'ok', param: 'messages.0.content' });
  });

  it('cuts no word in half and takes no time over text without spaces', () => {
    const half = `${'word '.repeat(1_637)}secretsecretsecret`;
    expect(cleanVendorError({ message: half }).message).not.toContain('secret');
    for (const filler of ['a.', '1', 'eyJ', '-', '@a.', 'é'])
      for (let round = 0; round < 3; round++) {
        const began = performance.now();
        cleanVendorError({ message: filler.repeat(40_000) });
        expect(performance.now() - began).toBeLessThan(500);
      }
  });
});
