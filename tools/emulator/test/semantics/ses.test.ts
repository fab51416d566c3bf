// The behaviours of SES version 1: what is sent and what is refused.
import {
  CloneReceiptRuleSetCommand,
  GetSendQuotaCommand,
  SendEmailCommand,
  type SendEmailCommandInput,
  SendRawEmailCommand,
} from "@aws-sdk/client-ses";
import { expect } from "vitest";
import { behaviour, onAnEndpoint, type World } from "./behaviour.ts";

onAnEndpoint();

const Source = "shop@example.com";

function email(to: string[], more: Partial<SendEmailCommandInput> = {}) {
  return new SendEmailCommand({
    Source,
    Destination: { ToAddresses: to },
    Message: { Subject: { Data: "Tea für Ada" }, Body: { Text: { Data: "It is coming." } } },
    ...more,
  });
}

const raw = (headers: string[], body = "hello") => Buffer.from([...headers, "", body].join("\r\n"));
const lastMail = (world: World) => world.emulator().mails().at(-1);

behaviour(
  "A mail in parts is sent to all its recipients and has an id",
  "SES API: SendEmail",
  async (world) => {
    const { MessageId } = await world.ses.send(email(["ada@example.com", "bob@example.com"]));
    expect(MessageId).toMatch(/\w/);
    expect(lastMail(world)).toMatchObject({
      id: MessageId,
      from: Source,
      to: ["ada@example.com", "bob@example.com"],
      subject: "Tea für Ada",
      text: "It is coming.",
    });
  },
  { needs: "emulator" },
);

behaviour(
  "A raw mail is sent as it is, with its own Message-ID among the headers",
  "SES API: SendRawEmail",
  async (world) => {
    const Data = raw([
      `From: ${Source}`,
      "To: ada@example.com",
      "Subject: Tea",
      "Message-ID: <one@example.com>",
    ]);
    const { MessageId } = await world.ses.send(new SendRawEmailCommand({ RawMessage: { Data } }));
    expect(lastMail(world)).toMatchObject({ id: MessageId, subject: "Tea", raw: Data.toString() });
    expect(lastMail(world)?.headers["message-id"]).toBe("<one@example.com>");
  },
  { needs: "emulator" },
);

behaviour(
  "The envelope's recipients count, not those in the headers",
  "SES API: SendRawEmail",
  async (world) => {
    const Data = raw([`From: ${Source}`, "To: visible@example.com", "Subject: Tea"]);
    const Destinations = ["real@example.com"];
    await world.ses.send(new SendRawEmailCommand({ RawMessage: { Data }, Destinations }));
    expect(lastMail(world)?.to).toEqual(Destinations);
  },
  { needs: "emulator" },
);

behaviour("A raw mail without a sender is refused", "SES API: SendRawEmail", async (world) => {
  const command = new SendRawEmailCommand({
    RawMessage: { Data: raw(["To: ada@example.com", "Subject: Tea"]) },
  });
  await expect(world.ses.send(command)).rejects.toMatchObject({ name: "InvalidParameterValue" });
});

behaviour("A mail has one to fifty recipients, in whichever fields", "SES API: SendEmail", async (world) => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `a${index}@example.com`);
  const refused = { name: "InvalidParameterValue" };
  await expect(world.ses.send(email([]))).rejects.toMatchObject(refused);
  await expect(world.ses.send(email(many(51)))).rejects.toMatchObject(refused);
  const split = { Destination: { ToAddresses: many(30), BccAddresses: many(21) } };
  await expect(world.ses.send(email([], split))).rejects.toMatchObject(refused);
  const Data = raw([`From: ${Source}`, "Subject: Tea"]);
  const command = new SendRawEmailCommand({ RawMessage: { Data }, Destinations: many(51) });
  await expect(world.ses.send(command)).rejects.toMatchObject(refused);
});

behaviour("A message has ten megabytes at most", "SES API: SendEmail", async (world) => {
  const Data = raw([`From: ${Source}`, "To: ada@example.com"], "x".repeat(10 * 1024 * 1024));
  await expect(world.ses.send(new SendRawEmailCommand({ RawMessage: { Data } }))).rejects.toMatchObject({
    name: "InvalidParameterValue",
  });
});

behaviour(
  "An action that is not served is refused by name",
  "SES API: Common errors",
  async (world) => {
    const command = new CloneReceiptRuleSetCommand({ RuleSetName: "a", OriginalRuleSetName: "b" });
    await expect(world.ses.send(command)).rejects.toMatchObject({ name: "InvalidAction" });
  },
  { needs: "emulator" },
);

behaviour("The quota can be asked for", "SES API: SendEmail", async (world) => {
  expect((await world.ses.send(new GetSendQuotaCommand({}))).MaxSendRate).toBeGreaterThan(0);
});
