// An account in the sandbox mails verified identities and the simulator alone (SES guide, "sandbox").
import { expect, test } from "vitest";
import { createMailbox } from "./mailbox.ts";

const mailbox = (isSandbox: boolean) =>
  createMailbox({
    file: ":memory:",
    now: () => 42,
    account: { verified: ["shop@example.com", "example.org"], isSandbox },
  });
const mailTo = (to: string) => ({
  Action: "SendEmail",
  Source: "shop@example.com",
  "Destination.ToAddresses.member.1": to,
  "Message.Subject.Data": "Tea",
  "Message.Body.Text.Data": "x",
});

test.each([
  ["stranger@example.com", 400, 200],
  ["any@example.org", 200, 200],
  ["success@simulator.amazonses.com", 200, 200],
])("%s gets %i in the sandbox, and %i outside of it", async (to, inside, outside) => {
  for (const [isSandbox, expected] of [
    [true, inside],
    [false, outside],
  ] as const) {
    const { body, status } = await mailbox(isSandbox).handle(mailTo(to));
    expect(status, body).toBe(expected);
    if (expected === 400) expect(body).toContain("MessageRejected");
  }
});

test("the quota is the sandbox's, and counts what was sent", async () => {
  const account = mailbox(true);
  await account.handle(mailTo("any@example.org"));
  const { body } = await account.handle({ Action: "GetSendQuota" });
  expect(body).toContain("<Max24HourSend>200</Max24HourSend><MaxSendRate>1</MaxSendRate>");
  expect(body).toContain("<SentLast24Hours>1</SentLast24Hours>");
});
