import type { MessagePortMain, UtilityProcess } from 'electron';
import { ErrorReport } from '../../contract/errors.ts';
import type { CoreMessage } from './port.ts';

/** What is needed of the core's process. */
export type CoreProcess = Pick<UtilityProcess, 'postMessage' | 'on' | 'once' | 'kill'>;

/** The way to the core, which is started when it is first needed and again after it died. */
export interface CoreLink {
  /** Gives the core the other end of somebody's connection. */
  connect(port: MessagePortMain): void;
  /** Lets the core end its jobs and close, within `timeoutMs`; then it is ended. */
  end(timeoutMs: number): Promise<void>;
}

/**
 * Keeps one core. When it dies, its pages find their ports closed and ask again, which starts the next one; `onLost` is
 * told the exit code. `onReport` gets what kept the core from opening at all. Each core is given a way to the keyring.
 */
export function openCoreLink(
  fork: () => CoreProcess,
  {
    onLost,
    onReport,
    openKeyring,
  }: {
    onLost(code: number): void;
    onReport(report: ErrorReport): void;
    openKeyring(): MessagePortMain;
  },
): CoreLink {
  let core: CoreProcess | null = null;
  let ended: Promise<void> = Promise.resolve();
  let isEnding = false;

  const start = (): CoreProcess => {
    const started = fork();
    started.postMessage('keyring' satisfies CoreMessage, [openKeyring()]);
    started.on('message', (message: unknown) => {
      const report = ErrorReport.safeParse(message);
      if (report.success) onReport(report.data);
    });
    ended = new Promise((resolve) => {
      started.once('exit', (code) => {
        if (core === started) core = null;
        resolve();
        if (!isEnding) onLost(code);
      });
    });
    return started;
  };

  return {
    connect: (port) => {
      if (isEnding) {
        port.close();
        return;
      }
      core ??= start();
      core.postMessage('page' satisfies CoreMessage, [port]);
    },
    end: async (timeoutMs) => {
      isEnding = true;
      if (core === null) return;
      core.postMessage('end' satisfies CoreMessage);
      const timer = setTimeout(() => core?.kill(), timeoutMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
