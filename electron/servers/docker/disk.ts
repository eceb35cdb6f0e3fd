import type { Engine } from './engine.ts';

/**
 * Bytes that are free where a running container keeps its data, null where the engine does not tell. Asked inside of
 * the container: on most machines the engine's disk is that of a virtual machine.
 */
export async function freeBytesIn(engine: Engine, container: string): Promise<number | null> {
  try {
    const text = await runIn(engine, container, ['df', '-kP', '/var/lib/rockpool']);
    const fields = text.trim().split('\n').at(-1)?.trim().split(/\s+/) ?? [];
    const kilobytes = Number(fields[3]);
    return Number.isFinite(kilobytes) ? kilobytes * 1024 : null;
  } catch {
    // No df in the image, or no container any more: then the server itself says when its disk is full.
    return null;
  }
}

async function runIn(engine: Engine, container: string, words: string[]): Promise<string> {
  const exec = await engine.docker.getContainer(container).exec({
    Cmd: words,
    AttachStdout: true,
    AttachStderr: false,
    // A terminal's output comes as it is; without one each piece has a head.
    Tty: true,
  });
  const stream = await exec.start({ Tty: true });
  const timer = setTimeout(() => stream.destroy(), 5000);
  try {
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    return text;
  } finally {
    clearTimeout(timer);
  }
}
