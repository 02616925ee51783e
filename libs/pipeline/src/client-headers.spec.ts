import { PROVIDERS } from '@turnpike/provider';
import type { Target } from '@turnpike/provider';
import type { DialectId } from '@turnpike/protocol';
import { buildUpstreamHeaders, hashSession, sortBetas } from './client-headers';

const KNOWN = 'interleaved-thinking-2025-05-14';
const OWN = 'claude-code-20250219';
const NEW = 'made-up-2099-01-01';
const at = (id: keyof typeof PROVIDERS): Target =>
  ({
    dialect: PROVIDERS[id].dialect,
    provider: { definition: { ...PROVIDERS[id], id } },
  }) as unknown as Target;

describe('betas of a Messages client', () => {
  it.each<[keyof typeof PROVIDERS, DialectId, string, readonly string[], readonly string[]]>([
    ['anthropic', 'anthropic-messages', `${KNOWN},${NEW}`, [], []],
    ['anthropic-compatible', 'anthropic-messages', `${KNOWN},${NEW}`, [], []],
    ['vertex-anthropic', 'anthropic-messages', `${KNOWN}, ${OWN}`, [], []],
    ['vertex-anthropic', 'anthropic-messages', `${KNOWN}, ${NEW}`, [], [`dropped:anthropic-beta:${NEW}`]],
    ['bedrock', 'anthropic-messages', `${OWN},${KNOWN},${OWN}`, [KNOWN], [`dropped:anthropic-beta:${OWN}`]],
    ['bedrock', 'anthropic-messages', 'o\u00e4d "d', [], ['dropped:anthropic-beta']],
    ['bedrock', 'anthropic-messages', ' , ', [], []],
    ['bedrock', 'openai-chat', KNOWN, [], []],
    ['openai', 'anthropic-messages', KNOWN, [], []],
  ])('%s, asked in %s: %s', (id, dialect, value, inBody, losses) => {
    expect(sortBetas(at(id), dialect, { 'anthropic-beta': value })).toEqual({ inBody, losses });
  });

  it('are many, and still fit into a header', () => {
    const value = Array.from({ length: 2_000 }, (_, i) => `made-up-${i}`).join();
    const { losses } = sortBetas(at('bedrock'), 'anthropic-messages', { 'anthropic-beta': value });
    expect(losses).toHaveLength(41);
    expect(losses.at(-1)).toBe('more_losses:1960');
  });

  it.each<[keyof typeof PROVIDERS, string | undefined]>([
    ['anthropic', `${KNOWN}, ${NEW}`],
    ['vertex-anthropic', KNOWN],
    ['bedrock', undefined],
  ])('pass as a header at %s: %s', (id, passed) => {
    const client = { 'anthropic-beta': `${KNOWN}, ${NEW}` };
    const sameDialect = at(id).dialect === 'anthropic-messages';
    const headers = buildUpstreamHeaders(at(id), client, { sameDialect, stream: false });
    const place = headers.indexOf('anthropic-beta');
    expect(place < 0 ? undefined : headers[place + 1]).toBe(passed);
  });
});

describe('the session of a client', () => {
  it('is one hash for one name, of the first header that has one', () => {
    const named = hashSession({ 'x-turnpike-session': 'a', session_id: 'b' });
    expect(named).toMatch(/^[0-9a-f]{64}$/);
    expect(hashSession({ 'x-turnpike-session': '', conversation_id: 'a' })).toBe(named);
    expect(hashSession({ session_id: 'b' })).not.toBe(named);
    expect(hashSession({})).toBeUndefined();
  });
});
