import { z } from 'zod';

const Id = z.string().min(1).max(64);

/** What a page may send: a call, the end of one, or an item of a stream; in the words of oRPC's wire. */
const Message = z.union([
  z.strictObject({
    i: Id,
    t: z.literal(1).optional(),
    p: z.strictObject({
      u: z
        .string()
        .max(2000)
        .regex(/^\/[\w/?=&%.~-]*$/),
      m: z.enum(['GET', 'POST']).optional(),
      // A content type would make files and forms of a body: no call of ours takes any.
      h: z.strictObject({ 'last-event-id': z.string().max(200).optional() }).optional(),
      b: z.unknown().optional(),
    }),
  }),
  z.strictObject({ i: Id, t: z.literal(4), p: z.undefined().optional() }),
]);

/**
 * True for a message that the RPC handler may be given: text that is a call or the end of one. What is anything else is
 * dropped before the library sees it, which throws on some of it outside of any call.
 */
export function isCall(data: unknown): data is string {
  if (typeof data !== 'string') return false;
  try {
    return Message.safeParse(JSON.parse(data)).success;
  } catch {
    return false;
  }
}
