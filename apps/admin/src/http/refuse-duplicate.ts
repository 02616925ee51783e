import { GatewayError } from '@turnpike/kernel';
import { Prisma } from '@turnpike/persistence/generated/client';

/** Turns a unique violation of the one name that a resource has into a sentence. */
export async function refuseDuplicate<T>(resource: string, field: string, write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') throw error;
    const message = `There is a ${resource} with this ${field} already.`;
    throw new GatewayError('already_exists', message, { status: 409, param: field });
  }
}

export function notFound(resource: string): GatewayError {
  return new GatewayError('not_found', `There is no such ${resource}.`);
}
