import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { mockOf, type Stage } from '../stage/stage';
import { openOperationsStage } from './open-stage';

const MIB = 1024 * 1024;
const FILE_BYTES = 30 * MIB;
const AT_ONCE = 8;
/** A megabyte is each upload's own; what its sockets have done with waits for the collector. Far from the file. */
const PER_UPLOAD = 8 * MIB;

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;

const field = (name: string, value: string): string =>
  `--XX\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const FILE =
  '--XX\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n';
const END = '\r\n--XX--\r\n';

/** Sends one large file piece by piece, no faster than 60 MiB/s, as fast as the gateway takes it. */
function upload(stage: Stage, modelFirst: boolean): Promise<number> {
  const model = field('model', 'whisper');
  const head = modelFirst ? model + FILE : FILE;
  const tail = modelFirst ? END : `\r\n${model.slice(0, -2)}${END}`;
  return new Promise((resolve, reject) => {
    const call = request(
      `${stage.url}/v1/audio/transcriptions`,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${stage.key}`,
          'content-type': 'multipart/form-data; boundary=XX',
          'content-length': head.length + FILE_BYTES + tail.length,
        },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    call.on('error', reject);
    const send = async (): Promise<void> => {
      call.write(head);
      const piece = Buffer.alloc(256 * 1024, 'sound');
      for (let sent = 0; sent < FILE_BYTES; sent += piece.length) {
        if (!call.write(piece)) await new Promise((go) => call.once('drain', go));
        await sleep(4);
      }
      call.end(tail);
    };
    send().catch(reject);
  });
}

describe('large uploads', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openOperationsStage();
  }, 90_000);
  afterAll(() => stage.close(), 30_000);

  it.each([
    ['the model before the file', true],
    ['the model behind the file', false],
  ])(
    'are not held in memory: %s',
    async (_, modelFirst) => {
      const { pid } = stage.gateway();
      // What the first one needs is needed once.
      expect(await upload(stage, modelFirst)).toBe(200);
      const before = residentBytes(pid);
      let peak = before;
      const watch = setInterval(() => (peak = Math.max(peak, residentBytes(pid))), 20);
      const statuses = await Promise.all(Array.from({ length: AT_ONCE }, () => upload(stage, modelFirst)));
      clearInterval(watch);
      expect(statuses).toEqual(Array(AT_ONCE).fill(200));
      const growth = peak - before;
      expect(growth).toBeLessThan(AT_ONCE * PER_UPLOAD);
      const heard = mockOf(stage, 'chat').journal.entries.slice(-AT_ONCE);
      expect(heard.every(({ form }) => form?.files[0]?.bytes === FILE_BYTES)).toBe(true);
    },
    120_000,
  );
});
