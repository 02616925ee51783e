import { hideKeys, holdsKey } from './hide-keys';
import { KEY_KINDS, mintKey } from './virtual-key';

describe('hideKeys', () => {
  it.each(KEY_KINDS)('masks a %s key wherever it stands', (kind) => {
    const key = mintKey(kind);
    for (const text of [key, `provider/${key}`, `a${key}b`, `${key},${key}`, `x\n${key}`]) {
      expect(holdsKey(text)).toBe(true);
      expect(hideKeys(text)).toBe(text.replaceAll(key, `${key.slice(0, 4)}[redacted]`));
    }
  });

  it.each(['', 'tp', 'tpk_', 'tpk_short', 'http://example.com', `tpx_${'a'.repeat(38)}`])(
    'leaves %j',
    (text) => {
      expect(holdsKey(text)).toBe(false);
      expect(hideKeys(text)).toBe(text);
    },
  );
});
