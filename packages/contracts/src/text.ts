// Text that a person writes and a message carries.
import * as z from "zod/mini";

/** SQS refuses a message with U+FFFE or U+FFFF (API reference, "SendMessage"), so no event may have them. */
export const deliverable = () =>
  z.regex(/^[^\uFFFE\uFFFF]*$/, "must be text without the characters U+FFFE and U+FFFF");
