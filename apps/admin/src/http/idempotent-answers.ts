import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { GatewayError } from '@turnpike/kernel';
import { PrismaDatabase } from '@turnpike/persistence/prisma-database';
import type { Db } from '../schema/references';
import { AnswerSeal } from './answer-seal';
import type { Endpoint } from './endpoint';
import type { InputOf } from './read-input';

/** What decides whether two requests are the same. */
export type RepeatableCall = Pick<InputOf<Endpoint>, 'endpoint' | 'caller' | 'idempotencyKey'> & {
  readonly params?: unknown;
  readonly body: unknown;
};

const KEPT_MS = 24 * 60 * 60_000;
const PENDING = new Uint8Array(0);

const sha256 = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/**
 * Runs a write once per Idempotency-Key. Record and write are one transaction: a repeat waits for the first to commit
 * and gets its answer, a failed write leaves nothing behind.
 */
@Injectable()
export class IdempotentAnswers {
  constructor(
    @Inject(PrismaDatabase) private readonly database: PrismaDatabase,
    @Inject(AnswerSeal) private readonly seal: AnswerSeal,
  ) {}

  /** @throws GatewayError idempotency_key_reused when the key came with another body before. */
  async once<T>(call: RepeatableCall, work: (db: Db) => Promise<T>): Promise<T> {
    return this.database.$transaction(async (db) => {
      if (call.idempotencyKey === undefined) return work(db);
      const { endpoint, caller, params, idempotencyKey } = call;
      const key = sha256([caller.keyId, endpoint.method, endpoint.path, params ?? null, idempotencyKey]);
      const request = sha256(call.body ?? null);
      await db.idempotencyRecord.deleteMany({ where: { createdAt: { lt: new Date(Date.now() - KEPT_MS) } } });
      const record = { key, request, status: endpoint.answer.status, sealedAnswer: PENDING };
      const { count } = await db.idempotencyRecord.createMany({ data: [record], skipDuplicates: true });
      if (count === 0) return this.#repeat<T>(db, key, request);
      const answer = await work(db);
      const sealedAnswer = this.seal.seal(JSON.stringify(answer), key);
      await db.idempotencyRecord.update({ where: { key }, data: { sealedAnswer } });
      return answer;
    });
  }

  async #repeat<T>(db: Db, key: string, request: string): Promise<T> {
    const record = await db.idempotencyRecord.findUniqueOrThrow({ where: { key } });
    if (record.request !== request) {
      throw new GatewayError(
        'idempotency_key_reused',
        'This Idempotency-Key was used with another body. Use a new key for a new request.',
        { status: 422 },
      );
    }
    return JSON.parse(this.seal.open(record.sealedAnswer, key)) as T;
  }
}
