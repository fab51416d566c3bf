// Every parameter of every SES operation that is served has its effect, or is refused by SES's own error.
import * as ses from "@aws-sdk/client-ses";
import { afterAll, beforeAll } from "vitest";
import { type AwsEndpoint, startAwsEndpoint } from "../src/endpoint.ts";
import { clientsOf } from "../src/testing.ts";
import { everyMemberIsHonouredOrRefused } from "./acknowledged.ts";

const Source = "shop@example.com";
let endpoint: AwsEndpoint;
beforeAll(async () => {
  endpoint = await startAwsEndpoint({ port: 0, directory: undefined, ses: { verified: [Source] } });
});
afterAll(() => endpoint.stop());

async function send(operation: string, input: object): Promise<unknown> {
  const Command = (ses as unknown as Record<string, new (input: object) => ses.GetSendQuotaCommand>)[
    `${operation}Command`
  ];
  if (!Command) throw new Error(`The client has no ${operation}.`);
  return clientsOf(endpoint).ses.send(new Command(input));
}

const of = (operation: string, ...names: string[]) => names.map((name) => `${operation}.${name}`).join(" ");
const arn = "arn:aws:ses:eu-west-1:000000000000:identity/example.com";
const RawMessage = { Data: Buffer.from(`From: ${Source}\r\nTo: ada@example.com\r\n\r\nhello`) };
const mail = {
  Source,
  Destination: { ToAddresses: ["ada@example.com"] },
  Message: { Subject: { Data: "Tea" }, Body: { Text: { Data: "x" } } },
};
const refusal = (member: string, operation: string, input: object) => ({
  members: `${operation}.${member}`,
  by: "InvalidParameterValue",
  input: { ...input, [member]: arn } as Record<string, unknown>,
});

everyMemberIsHonouredOrRefused({
  client: ses,
  // GetAccountSendingEnabled and GetSendQuota have no members.
  served: `CreateConfigurationSet DeleteConfigurationSet DeleteIdentity GetIdentityVerificationAttributes
    SendEmail SendRawEmail VerifyDomainIdentity VerifyEmailIdentity`.split(/\s+/),
  suites: ["semantics/ses.test.ts"],
  helpers: ["semantics/ses.test.ts"],
  honoured: {
    "A mail in parts is sent to all its recipients and has an id": of(
      "SendEmail",
      ...["Source", "Message.Subject.Data", "Message.Body.Text.Data"],
    ),
    "Copies are recipients, and answers go where the mail says": [
      of("SendEmail.Destination", "ToAddresses", "CcAddresses", "BccAddresses"),
      of("SendEmail", "ReplyToAddresses", "ReturnPath"),
    ].join(" "),
    "A charset must be one that there is": [
      of("SendEmail.Message.Subject", "Charset"),
      of("SendEmail.Message.Body", "Text.Charset", "Html.Data", "Html.Charset"),
    ].join(" "),
    "A mail keeps its tags, those of its header too": `SendRawEmail.RawMessage.Data
      ${of("SendEmail.Tags[]", "Name", "Value")} ${of("SendRawEmail.Tags[]", "Name", "Value")}`,
    "A configuration set must be there, whether the request or the mail names it": `SendEmail.ConfigurationSetName
      SendRawEmail.ConfigurationSetName CreateConfigurationSet.ConfigurationSet.Name
      DeleteConfigurationSet.ConfigurationSetName`,
    "The envelope's recipients count, not those in the headers": "SendRawEmail.Destinations",
    "A mail from an identity that nobody verified is rejected, after its values were checked":
      "SendRawEmail.Source",
    "A verified address may have a label, a verified domain any mailbox and subdomain, in any case":
      "VerifyDomainIdentity.Domain VerifyEmailIdentity.EmailAddress DeleteIdentity.Identity",
    "Only identities that are known have a verification, and only addresses and domains can be one":
      "GetIdentityVerificationAttributes.Identities",
  },
  refused: [
    refusal("SourceArn", "SendEmail", mail),
    refusal("ReturnPathArn", "SendEmail", mail),
    refusal("SourceArn", "SendRawEmail", { RawMessage }),
    refusal("FromArn", "SendRawEmail", { RawMessage }),
    refusal("ReturnPathArn", "SendRawEmail", { RawMessage }),
  ],
  send,
});
