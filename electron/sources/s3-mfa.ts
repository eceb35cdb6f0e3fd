/** Asks the person at the keyboard for the code that a device shows; `serial` names the device. */
export type AskMfaCode = (serial: string, signal?: AbortSignal) => Promise<string>;

let ask: AskMfaCode | null = null;

/** Says who can ask a person for a code in this process; null where nobody is there to answer. A shell calls it once. */
export function provideMfaCodes(askMfaCode: AskMfaCode | null): void {
  ask = askMfaCode;
}

/** Who can ask for a code now. */
export function mfaCodeProvider(): AskMfaCode | null {
  return ask;
}
