// aws-ses-v2-local's SES version 1 handlers without its web server, which listens on every interface.
import { createRequire } from "node:module";

/** A mail as the library parsed it. */
export type ParsedMail = {
  messageId: string;
  from: string;
  destination: { to: string[]; cc: string[]; bcc: string[] };
  subject: string;
  body: { text?: string; html?: string };
};

export type MailAnswer = { status: number; body: unknown; mail: ParsedMail | undefined };

type Handler = (request: { body: object }, response: FakeResponse) => Promise<void>;
type FakeResponse = { status(code: number): FakeResponse; send(body: unknown): void };

const require = createRequire(import.meta.url);
const handlerOf = (name: string) =>
  (require(`aws-ses-v2-local/dist/v1/${name}`) as { default: Handler }).default;
const { getStoreReadonly } = require("aws-ses-v2-local/dist/store") as {
  getStoreReadonly(): { emails: ParsedMail[] };
};

const handlers: Record<string, Handler> = {
  SendEmail: handlerOf("sendEmail"),
  SendRawEmail: handlerOf("sendRawEmail"),
};

export function isSending(action: string): boolean {
  return Object.hasOwn(handlers, action);
}

/** Carries out an action of the query protocol, or returns undefined if the library does not have it. */
export async function sendMail(form: Record<string, string>): Promise<MailAnswer | undefined> {
  const action = form.Action ?? "";
  const handler = isSending(action) ? handlers[action] : undefined;
  if (!handler) return undefined;
  const answer: MailAnswer = { status: 200, body: "", mail: undefined };
  const response: FakeResponse = {
    status(code) {
      answer.status = code;
      return response;
    },
    send(body) {
      answer.body = body;
      // The library keeps every mail for ever in a list of its own; ours is the one that lasts.
      if (answer.status === 200) answer.mail = getStoreReadonly().emails.pop();
    },
  };
  await handler({ body: form }, response);
  return answer;
}
