import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { findCall } from '@turnpike/billing/adapters/pg-find-call';
import { GatewayError } from '@turnpike/kernel';
import { CallReader } from './http/call-reader';
import { principalOf } from './http/principal-of';

/** Reads the ledger. Off the hot path: a developer looks at one call. */
export class PgCallReader extends CallReader {
  constructor(private readonly pool: Pool) {
    super();
  }

  /** @throws GatewayError store_unavailable */
  async find(idOrRequestId: string, keyId: string): Promise<object | undefined> {
    try {
      return await findCall(this.pool, { idOrRequestId, keyId });
    } catch (cause) {
      const message = 'Records cannot be read at the moment (gateway). Try again soon.';
      throw new GatewayError('store_unavailable', message, { cause });
    }
  }

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { id } = request.params as { id: string };
    const trace = await this.find(id.slice(0, 128), principalOf(request).keyId);
    if (!trace)
      throw new GatewayError(
        'not_found',
        'Your key has made no call with this id, or its record is older than the ledger keeps.',
        { final: true },
      );
    await reply.type('application/json').send(JSON.stringify(trace));
  }
}
