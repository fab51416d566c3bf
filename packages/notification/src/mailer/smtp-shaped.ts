// A mailer over SMTP (RFC 5321), for tests only: it tries the port with a provider that is not SES.
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { type Mailer, MailNotSent, MailRefused } from "../ports.ts";
import { toMime } from "./mime.ts";

/** The server answered this command with a code that is no success. */
class Declined extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`SMTP answered ${code}`);
    this.code = code;
  }
}

const RETRY_AFTER_SECONDS = 60;

export function createSmtpMailer({ port, from }: { port: number; from: string }): Mailer {
  return {
    isBusy: () => false,
    async send({ orderId, kind, to, subject, text, html }) {
      const messageId = `${orderId}.${kind}@example.com`;
      const mailboxes = { from: { address: from }, to: { address: to.email, name: to.name } };
      const mime = toMime({ ...mailboxes, subject, messageId, headers: {}, text, html });
      let isHandedOver = false;
      const { close, say } = dialogue(port);
      try {
        await say(undefined);
        await say("EHLO shop.example.com");
        await say(`MAIL FROM:<${from}>`);
        await say(`RCPT TO:<${to.email}>`);
        await say("DATA");
        isHandedOver = true;
        // A line that begins with a dot gets a second one (RFC 5321, 4.5.2).
        const answer = await say(`${mime.replace(/^\./gm, "..")}\r\n.`);
        return answer.slice(4);
      } catch (error) {
        throw asMailError(error, isHandedOver);
      } finally {
        close();
      }
    },
  };
}

/** Only without an answer to the whole mail is its outcome unknown. */
function asMailError(error: unknown, isHandedOver: boolean): Error {
  if (error instanceof Declined) {
    const reason = `SMTP ${error.code}`;
    return error.code >= 500 ? new MailRefused(reason) : new MailNotSent(reason, RETRY_AFTER_SECONDS);
  }
  if (!isHandedOver) return new MailNotSent("the server was not reached");
  return new Error("The server did not say whether it took the mail.");
}

function dialogue(port: number) {
  const socket = connect(port, "127.0.0.1");
  const reader = createInterface({ input: socket });
  const lines = reader[Symbol.asyncIterator]();
  socket.on("error", () => {});
  socket.on("close", () => reader.close());

  /** Says a line, if there is one, and returns the last line of the answer. */
  async function say(line: string | undefined): Promise<string> {
    if (line !== undefined) socket.write(`${line}\r\n`);
    for (;;) {
      const { done, value } = await lines.next();
      if (done) throw new Error("the connection was closed");
      const code = Number(value.slice(0, 3));
      if (code >= 400) throw new Declined(code);
      if (value[3] !== "-") return value;
    }
  }

  return { say, close: () => void socket.destroy() };
}
