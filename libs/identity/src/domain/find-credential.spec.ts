import { GatewayError } from '@turnpike/kernel';
import { findCredential } from './find-credential';
import { mintKey } from './virtual-key';

const ours = mintKey('developer');
const other = mintKey('developer');

describe('findCredential', () => {
  it.each([
    ['bearer', { authorization: `Bearer ${ours}` }, {}],
    ['bearer, other case and spaces', { authorization: `bEARER   ${ours} ` }, {}],
    ['a bare authorization', { authorization: ours }, {}],
    ['x-api-key', { 'x-api-key': ours }, {}],
    ['x-goog-api-key', { 'x-goog-api-key': ours }, {}],
    ['query', {}, { key: ours }],
    ['query parameters', {}, new URLSearchParams({ key: ours })],
    ['a foreign key before ours', { authorization: 'Bearer sk-ant-oat01-x', 'x-api-key': ours }, {}],
    ['the same key twice', { authorization: `Bearer ${ours}`, 'x-api-key': ours }, { key: ours }],
    ['a repeated query', {}, { key: ['', ours] }],
  ])('finds ours: %s', (_, headers, query) => {
    expect(findCredential(headers, query)).toBe(ours);
  });

  it.each([
    ['missing_key', {}, {}],
    ['missing_key', { authorization: 'Bearer ' }, { key: '' }],
    ['malformed_key', { authorization: 'Bearer sk-foreign-secret' }, {}],
    ['malformed_key', { authorization: `Basic ${ours}` }, {}],
    ['malformed_key', {}, { key: 'AIza-foreign-secret' }],
    ['ambiguous_key', { authorization: `Bearer ${ours}`, 'x-api-key': other }, {}],
    ['ambiguous_key', { 'x-goog-api-key': ours }, { key: other }],
    ['ambiguous_key', {}, { key: [ours, other] }],
  ])('refuses with %s: %j', (reason, headers, query) => {
    let thrown: unknown;
    try {
      findCredential(headers, query);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(GatewayError);
    expect(thrown).toMatchObject({ reason, layer: 'auth' });
    expect(String(thrown)).not.toMatch(/foreign-secret|tpk_[0-9A-Za-z]/);
  });
});
