const setEscapes =
  /^set\s+(?:session\s+|local\s+)?standard_conforming_strings(?:\s*=|\s+to\s)\s*'?(\w+)'?\s*$/i;
const callEscapes =
  /^select\s+(?:pg_catalog\s*\.\s*)?set_config\s*\(\s*'standard_conforming_strings'\s*,\s*'(\w+)'/i;

/** Whether a statement makes plain strings take backslashes as escapes; null where it does not say. */
export function readPlainEscapes(statement: string): boolean | null {
  const value = (setEscapes.exec(statement) ?? callEscapes.exec(statement))?.[1]?.toLowerCase();
  return value === undefined ? null : /^(of|off|f|fa|fal|fals|false|n|no|0)$/.test(value);
}
