/**
 * How long tests wait for something that a busy machine may take long for. Shorter than a test's own limit, so that it says
 * what did not come.
 */
export const patienceMs = 240_000;
