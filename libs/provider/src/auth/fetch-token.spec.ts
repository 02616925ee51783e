import { fetchToken } from './fetch-token';

describe('fetchToken', () => {
  it.each(['http://169.254.169.254/token', 'http://[fd00:ec2::254]/token', 'http://0.0.0.0:1/token'])(
    'asks no metadata of machines: %s',
    async (url) => {
      await expect(fetchToken(url, { grant_type: 'x' }, 0)).rejects.toMatchObject({
        kind: 'refused',
        message: 'the address of the token endpoint is refused',
      });
    },
  );

  it('says nothing of where it could not go', async () => {
    await expect(fetchToken('http://no-such-host.invalid/token', {}, 0)).rejects.toMatchObject({
      kind: 'unreachable',
      message: 'the token endpoint could not be reached',
    });
  });
});
