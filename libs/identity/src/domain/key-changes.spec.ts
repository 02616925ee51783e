import { KeyChanges, type KeyChange } from './key-changes';

describe('KeyChanges', () => {
  it('tells every listener until it unsubscribes', () => {
    const changes = new KeyChanges();
    const heard: KeyChange[] = [];
    const stop = changes.subscribe((change) => heard.push(change));
    changes.emit({ kind: 'revoked', keyId: 'a' });
    stop();
    changes.emit({ kind: 'revoked', keyId: 'b' });
    expect(heard).toEqual([{ kind: 'revoked', keyId: 'a' }]);
  });
});
