import { createHash } from 'node:crypto';
import { writeDurable } from '../../../electron/state/durable.ts';

// Writes one file over and over; each content carries its own checksum, so that a mix of two is seen.
const [file = '', sizeBytes = '0'] = process.argv.slice(2);
for (let round = 0; ; round += 1) {
  const body = String(round % 10).repeat(Number(sizeBytes) - (round % 1000));
  await writeDurable(file, `${createHash('sha256').update(body).digest('hex')}\n${body}`);
  if (round === 0) console.log('written');
}
