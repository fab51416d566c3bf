// The behaviours of SES version 1: what is sent and what is refused.
import {
  CloneReceiptRuleSetCommand,
  CreateConfigurationSetCommand,
  DeleteConfigurationSetCommand,
  DeleteIdentityCommand,
  GetIdentityVerificationAttributesCommand,
  GetSendQuotaCommand,
  SendEmailCommand,
  type SendEmailCommandInput,
  SendRawEmailCommand,
  VerifyDomainIdentityCommand,
  VerifyEmailIdentityCommand,
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

const refusedBy = (name: string, message = "") => ({ name, message: expect.stringContaining(message) });
const oneTo = (to: string, more: Partial<SendEmailCommandInput> = {}) => email([to], more);

behaviour(
  "An address that cannot be mailed is refused, whichever field it stands in",
  "SES API: SendEmail",
  async ({ ses }) => {
    const wrong = {
      nobody: "Missing final '@domain'",
      "a@": "Missing final '@domain'",
      "@example.com": "Missing local name",
      "a b@example.com": "control or whitespace",
      "jürgen@example.com": "control or whitespace",
      "ada@münchen.de": "control or whitespace",
      "a@b@c.com": "illegal character",
      "ada@example.com>": "illegal character",
      ".a@example.com": "dot",
      "a..b@example.com": "dot-dot",
      "a@example..com": "dot-dot",
      "ada@example.com, bob@example.com": "Local address",
      [`${"x".repeat(65)}@example.com`]: "too long",
      "Ada <ada@>": "Missing final '@domain'",
    };
    for (const [address, said] of Object.entries(wrong)) {
      const refused = refusedBy("InvalidParameterValue", said);
      await expect(ses.send(oneTo(address)), address).rejects.toMatchObject(refused);
      const Destination = { ToAddresses: ["ada@example.com"], BccAddresses: [address] };
      await expect(ses.send(email([], { Destination })), address).rejects.toMatchObject(refused);
      const ReplyToAddresses = [address];
      await expect(ses.send(oneTo("ada@example.com", { ReplyToAddresses }))).rejects.toMatchObject(refused);
      const RawMessage = { Data: raw([`From: ${Source}`, "Subject: Tea"]) };
      const command = new SendRawEmailCommand({ RawMessage, Destinations: [address] });
      await expect(ses.send(command), address).rejects.toMatchObject(refused);
    }
  },
);

behaviour(
  "Unusual addresses that can be mailed are mailed",
  "SES API: SendEmail",
  async (world) => {
    const to = [
      `${"x".repeat(64)}@example.com`,
      "ada+tea@example.com",
      "o'brien@example.com",
      "a/b&c=d@xn--mnchen-3ya.de",
      '"a b"@example.com',
      "Ada <ada@example.com>",
      "ada@EXAMPLE.com",
    ];
    await world.ses.send(email(to));
    expect(lastMail(world)?.to).toEqual(to);
  },
  { needs: "emulator" },
);

behaviour(
  "A mail from an identity that nobody verified is rejected, after its values were checked",
  "SES API: SendEmail",
  async ({ ses, unique }) => {
    const stranger = `${unique("stranger")}@example.org`;
    const rejected = refusedBy("MessageRejected", stranger);
    await expect(ses.send(oneTo("ada@example.com", { Source: stranger }))).rejects.toMatchObject(rejected);
    await expect(ses.send(oneTo("ada@example.com", { Source: `Shop <${stranger}>` }))).rejects.toMatchObject(
      rejected,
    );
    await expect(ses.send(oneTo("ada@example.com", { ReturnPath: stranger }))).rejects.toMatchObject(
      rejected,
    );
    const RawMessage = { Data: raw([`From: ${stranger}`, "To: ada@example.com"]) };
    await expect(ses.send(new SendRawEmailCommand({ RawMessage }))).rejects.toMatchObject(rejected);
    await expect(ses.send(new SendRawEmailCommand({ Source, RawMessage }))).rejects.toMatchObject(rejected);
    await expect(ses.send(oneTo("nobody", { Source: stranger }))).rejects.toMatchObject({
      name: "InvalidParameterValue",
    });
  },
);

behaviour(
  "A verified address may have a label, a verified domain any mailbox and subdomain, in any case",
  "SES guide: Verified identities",
  async (world) => {
    const { ses, unique } = world;
    const domain = `${unique("domain")}.example.net`.toLowerCase();
    const address = `ada@${unique("mail")}.example.net`;
    const from = (sender: string) => ses.send(oneTo("ada@example.com", { Source: sender }));
    await ses.send(new VerifyDomainIdentityCommand({ Domain: domain }));
    await ses.send(new VerifyEmailIdentityCommand({ EmailAddress: address }));
    for (const sender of [
      `any@${domain}`,
      `any@deep.${domain.toUpperCase()}`,
      address,
      address.replace("@", "+label@"),
    ])
      await from(sender);
    for (const sender of [address.replace("ada", "bob"), address.replace("ada", "ADA"), `any@not${domain}`])
      await expect(from(sender), sender).rejects.toMatchObject({ name: "MessageRejected" });
    await ses.send(new DeleteIdentityCommand({ Identity: domain }));
    await expect(from(`any@${domain}`)).rejects.toMatchObject({ name: "MessageRejected" });
  },
  { needs: "emulator" },
);

behaviour(
  "Only identities that are known have a verification, and only addresses and domains can be one",
  "SES guide: Verified identities",
  async ({ ses, unique }) => {
    const Identities = [`${unique("known")}.example.net`, `${unique("unknown")}.example.net`];
    await ses.send(new VerifyDomainIdentityCommand({ Domain: Identities[0] }));
    const { VerificationAttributes = {} } = await ses.send(
      new GetIdentityVerificationAttributesCommand({ Identities }),
    );
    expect(Object.keys(VerificationAttributes)).toEqual(Identities.slice(0, 1));
    for (const EmailAddress of ["nobody@", "a b@example.com", "Ada <ada@example.com>"])
      await expect(ses.send(new VerifyEmailIdentityCommand({ EmailAddress }))).rejects.toMatchObject({
        name: "InvalidParameterValue",
      });
  },
);

behaviour("A message tag has a name and a value of some characters", "SES, recorded: Tags", async (world) => {
  const tagged = (Name: string, Value: string) =>
    world.ses.send(oneTo("ada@example.com", { Tags: [{ Name, Value }] }));
  for (const [name, value, said] of [
    ["a:b", "c", "Invalid tag name <a:b>"],
    ["a@b", "c".repeat(256), "Invalid tag name <a@b>"],
    ["é", "c", "Invalid tag name"],
    ["a", "b:c", "Invalid tag value <b:c>"],
    ["a", "b c", "Invalid tag value"],
    ["a".repeat(256), "b", "Tag name cannot exceed 255 characters."],
    ["a", "b".repeat(256), "Tag value cannot exceed 255 characters."],
    ["", "b", "The tag name must be specified."],
    ["a", "", "The tag value must be specified."],
    ["ses:else", "a", "Invalid tag name"],
  ] as const)
    await expect(tagged(name, value), name).rejects.toMatchObject(refusedBy("InvalidParameterValue", said));
  const raws = new SendRawEmailCommand({
    RawMessage: { Data: raw([`From: ${Source}`, "To: ada@example.com", "X-SES-MESSAGE-TAGS: a:b=c"]) },
  });
  await expect(world.ses.send(raws)).rejects.toMatchObject({ name: "InvalidParameterValue" });
});

behaviour(
  "A mail keeps its tags, those of its header too",
  "SES, recorded: Tags",
  async (world) => {
    await world.ses.send(
      oneTo("ada@example.com", {
        Tags: [
          { Name: "kind", Value: "order.confirmed@1" },
          { Name: "ses:feedback-id-a", Value: "campaign" },
        ],
      }),
    );
    expect(lastMail(world)?.tags).toEqual([
      { name: "kind", value: "order.confirmed@1" },
      { name: "ses:feedback-id-a", value: "campaign" },
    ]);
    const Data = raw([`From: ${Source}`, "To: ada@example.com", "X-SES-MESSAGE-TAGS: kind=a, part=b"]);
    const Tags = [{ Name: "own", Value: "c" }];
    await world.ses.send(new SendRawEmailCommand({ RawMessage: { Data }, Tags }));
    expect(lastMail(world)?.tags.map(({ name }) => name)).toEqual(["own", "kind", "part"]);
  },
  { needs: "emulator" },
);

behaviour(
  "A configuration set must be there, whether the request or the mail names it",
  "SES API: SendEmail",
  async ({ ses, unique }) => {
    const ConfigurationSetName = unique("set");
    const refused = { name: expect.stringMatching(/^ConfigurationSetDoesNotExist/) };
    const parts = () => ses.send(oneTo("ada@example.com", { ConfigurationSetName }));
    const Data = raw([
      `From: ${Source}`,
      "To: ada@example.com",
      `X-SES-CONFIGURATION-SET: ${ConfigurationSetName}`,
    ]);
    const byHeader = () => ses.send(new SendRawEmailCommand({ RawMessage: { Data } }));
    const RawMessage = { Data: raw([`From: ${Source}`, "To: ada@example.com"]) };
    const byField = () => ses.send(new SendRawEmailCommand({ RawMessage, ConfigurationSetName }));
    for (const send of [parts, byHeader, byField]) await expect(send()).rejects.toMatchObject(refused);
    const ConfigurationSet = { Name: ConfigurationSetName };
    const create = () => ses.send(new CreateConfigurationSetCommand({ ConfigurationSet }));
    await create();
    await expect(create()).rejects.toMatchObject({
      name: expect.stringMatching(/^ConfigurationSetAlreadyExists/),
    });
    for (const send of [parts, byHeader, byField]) await send();
    await ses.send(new DeleteConfigurationSetCommand({ ConfigurationSetName }));
    await expect(parts()).rejects.toMatchObject(refused);
    const odd = new CreateConfigurationSetCommand({ ConfigurationSet: { Name: "a b" } });
    await expect(ses.send(odd)).rejects.toMatchObject({
      name: expect.stringMatching(/^InvalidConfigurationSet/),
    });
  },
  { needs: "emulator" },
);

behaviour(
  "Copies are recipients, and answers go where the mail says",
  "SES API: SendEmail",
  async (world) => {
    const Destination = {
      ToAddresses: ["ada@example.com"],
      CcAddresses: ["bob@example.com"],
      BccAddresses: ["eve@example.com"],
    };
    const ReturnPath = Source;
    await world.ses.send(email([], { Destination, ReplyToAddresses: ["ask@example.com"], ReturnPath }));
    expect(lastMail(world)).toMatchObject({
      to: ["ada@example.com", "bob@example.com", "eve@example.com"],
      headers: {
        to: "ada@example.com",
        cc: "bob@example.com",
        "reply-to": "ask@example.com",
        "return-path": Source,
      },
    });
    expect(JSON.stringify(lastMail(world)?.headers)).not.toContain("eve");
  },
  { needs: "emulator" },
);

behaviour("A charset must be one that there is", "SES API: SendEmail", async (world) => {
  const withCharset = (Charset: string) => {
    const part = { Data: "Tea für Ada", Charset };
    return [
      { Subject: part, Body: { Text: { Data: "x" } } },
      { Subject: { Data: "x" }, Body: { Text: part } },
      { Subject: { Data: "x" }, Body: { Html: part } },
    ].map((Message) => oneTo("ada@example.com", { Message }));
  };
  for (const command of withCharset("ISO-8859-1")) await world.ses.send(command);
  for (const command of withCharset("no-charset"))
    await expect(world.ses.send(command)).rejects.toMatchObject({ name: "InvalidParameterValue" });
});

behaviour("The quota can be asked for", "SES API: SendEmail", async (world) => {
  expect((await world.ses.send(new GetSendQuotaCommand({}))).MaxSendRate).toBeGreaterThan(0);
});
