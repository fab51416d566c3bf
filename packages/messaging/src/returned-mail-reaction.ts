// Has a reaction to events also handle mails that came back, which lie on the same queue.
import { parseTask } from "./message.ts";
import type { Aside, ReactTo } from "./reaction.ts";
import { isFromSes, RETURNED_MAIL, type ReturnedMail, ReturnedMailMessage } from "./returned-mail.ts";

/** A message of SES that cannot be read is parked as any other. */
export function returnedMails(react: ReactTo<ReturnedMail>): Aside {
  return (body, context) => {
    if (!isFromSes(body)) return undefined;
    return handle(parseTask(body, ReturnedMailMessage, RETURNED_MAIL));

    async function handle(returned: ReturnedMail) {
      const { orderId } = returned;
      const log = context.log.with(orderId.startsWith("bulk_") ? { bulkId: orderId } : { orderId });
      return { says: await react(returned, { ...context, log }), log };
    }
  };
}
