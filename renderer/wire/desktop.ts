/** What the desktop shell's preload gives the page: typed functions, never a raw channel. */
export interface DesktopBridge {
  /** Asks for a new port to the core; it arrives as a `message` event of the window whose data is `rockpool-port`. */
  connect(): void;
  /** The path of a file or folder that was dropped on the window. */
  pathOf(file: File): string;
}

declare global {
  interface Window {
    readonly rockpool?: DesktopBridge;
  }
}

/** The desktop shell around this page; null in a browser tab. */
export const desktop: DesktopBridge | null = window.rockpool ?? null;
