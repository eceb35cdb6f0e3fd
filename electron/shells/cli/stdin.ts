import { RockpoolError } from '../../contract/errors.ts';

const longestBytes = 64 * 1024;

/** Reads a password or token from standard input, without its line end. Throws `usage` where there is none, or no end. */
export async function readSecret(input: NodeJS.ReadStream = process.stdin): Promise<string> {
  if (input.isTTY) {
    throw new RockpoolError(
      'usage',
      'A secret comes from a file or another program, not from the keyboard.',
      {
        hint: 'For example: rockpool agent add NAME URL --token-stdin < token.txt',
      },
    );
  }
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > longestBytes)
      throw new RockpoolError('usage', 'Standard input is too long for a secret.');
    chunks.push(Buffer.from(chunk));
  }
  const secret = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (secret === '') {
    throw new RockpoolError('usage', 'Standard input holds no secret.', {
      hint: 'Write it to standard input: rockpool agent add NAME URL --token-stdin < token.txt',
    });
  }
  return secret;
}
