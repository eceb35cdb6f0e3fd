/**
 * The address of a project's page. Encoded twice, since the router decodes all but reserved characters once: of a path
 * with a `%` of its own nobody could tell what is encoded.
 */
export function projectAddress(file: string): string {
  return `/project/${encodeURIComponent(encodeURIComponent(file))}`;
}

/** The path in such an address, as the router hands it over; what somebody typed there is taken as it is. */
export function projectFileOf(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
