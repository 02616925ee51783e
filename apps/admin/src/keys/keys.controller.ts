import { Controller, Inject } from '@nestjs/common';
import { KeyChanges } from '@turnpike/identity';
import { Handles, IdempotentAnswers, Input, type InputOf } from '../http/endpoint-kit';
import type { Page } from '../schema/page';
import { keyEndpoints, type KeyResource, type MintedKey } from './key-endpoints';
import { KeyStore } from './key-store';

type Call<Name extends keyof typeof keyEndpoints> = InputOf<(typeof keyEndpoints)[Name]>;

/** Keys, and word of their changes to whoever caches keys in this process. */
@Controller()
export class KeysController {
  constructor(
    @Inject(KeyStore) private readonly store: KeyStore,
    @Inject(IdempotentAnswers) private readonly answers: IdempotentAnswers,
    @Inject(KeyChanges) private readonly changes: KeyChanges,
  ) {}

  @Handles(keyEndpoints.list)
  list(@Input() { query }: Call<'list'>): Promise<Page<KeyResource>> {
    return this.store.list(query);
  }

  @Handles(keyEndpoints.create)
  async create(@Input() call: Call<'create'>): Promise<MintedKey> {
    const made = await this.answers.once(call, (db) => this.store.create(db, call.body));
    this.changes.emit({ kind: 'created', keyId: made.id });
    return made;
  }

  @Handles(keyEndpoints.get)
  get(@Input() { params }: Call<'get'>): Promise<KeyResource> {
    return this.store.get(params.id);
  }

  @Handles(keyEndpoints.patch)
  async patch(@Input() { params, body, ifMatch }: Call<'patch'>): Promise<KeyResource> {
    const changed = await this.store.patch(params.id, body, ifMatch);
    this.changes.emit({ kind: 'updated', keyId: changed.id });
    return changed;
  }

  @Handles(keyEndpoints.revoke)
  async revoke(@Input() { params }: Call<'revoke'>): Promise<KeyResource> {
    const revoked = await this.store.revoke(params.id);
    this.changes.emit({ kind: 'revoked', keyId: revoked.id });
    return revoked;
  }

  @Handles(keyEndpoints.rotate)
  async rotate(@Input() call: Call<'rotate'>): Promise<MintedKey> {
    const { id } = call.params;
    const made = await this.answers.once(call, (db) =>
      this.store.rotate(db, id, call.body.overlapSeconds * 1000),
    );
    this.changes.emit({ kind: 'updated', keyId: id });
    return made;
  }
}
