import * as v from 'valibot';

/** An exception, as `python/djdev_reload/failure.py` describes it. */
export const errorSchema = v.object({
  type: v.string(),
  message: v.string(),
  file: v.nullable(v.string()),
  line: v.nullable(v.number()),
  traceback: v.string(),
});

const noteSchema = v.object({ code: v.string(), text: v.string() });
const notices = v.optional(v.array(noteSchema), []);
const id = v.optional(v.number());

const messageSchema = v.variant('type', [
  v.object({
    type: v.literal('hello'),
    server: v.string(),
    serving: v.nullable(v.number()),
    failure: v.nullable(errorSchema),
    notices,
  }),
  v.object({
    type: v.literal('reloaded'),
    id,
    kind: v.picklist(['none', 'layer', 'warm']),
    notices,
  }),
  v.object({ type: v.literal('failed'), id, error: errorSchema, serves: v.boolean(), notices }),
  v.object({ type: v.literal('restarting'), id, notices }),
  v.object({ type: v.literal('serving'), pid: v.number(), notices }),
  v.object({ type: v.literal('started'), notices }),
  v.object({ type: v.literal('lost'), notices }),
]);

/** What the container's side says; see `python/djdev_reload/control.py`. */
export type BridgeMessage = v.InferOutput<typeof messageSchema>;

export type BridgeError = v.InferOutput<typeof errorSchema>;

/** `undefined` for a line that is not one of ours. */
export function parseBridgeMessage(line: string): BridgeMessage | undefined {
  try {
    const parsed = v.safeParse(messageSchema, JSON.parse(line));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
