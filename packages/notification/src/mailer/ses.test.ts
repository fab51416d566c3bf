// The SES mailer asks once, and reads every answer SES can give, over HTTP.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createPace } from "@order-saga/messaging/pace";
import { aSkippingClock } from "@order-saga/messaging/testing";
import { afterEach, expect, test } from "vitest";
import { MailNotSent, MailRefused } from "../ports.ts";
import { aMail, once } from "./mailer.suite.ts";
import { readMime } from "./read-mime.ts";
import { createSesClient, createSesMailer } from "./ses.ts";

const from = "Tea Shop <shop@example.com>";
const aws = { region: "eu-west-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };

/** A pace whose turns come as soon as they are asked for, on a clock that skips what is waited. */
function turns() {
  const clock = aSkippingClock();
  return { clock, pace: createPace(clock, { perSecond: 14, processes: 2 }) };
}

const xmlError = (code: string, message = "ada@example.com is not liked") =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

let server: Server | undefined;
let requests: string[] = [];

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  requests = [];
});

/** A mailer whose SES answers with this, or never when there is no answer. */
async function mailerAgainst(
  answer: { status: number; body: string } | undefined,
  configurationSet?: string,
) {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      requests.push(body);
      if (answer) response.writeHead(answer.status, { "content-type": "text/xml" }).end(answer.body);
      else request.socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = createSesClient({ ...aws, endpoint: `http://127.0.0.1:${port}` });
  return createSesMailer({ client, from, configurationSet, ...turns() });
}

const failure = async (answer?: { status: number; body: string }) => {
  const mailer = await mailerAgainst(answer);
  const error: unknown = await mailer.send(aMail, once).catch((thrown) => thrown);
  if (!(error instanceof Error)) return expect.unreachable("the mail was sent");
  expect(requests).toHaveLength(1);
  expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${error.cause}`).not.toContain("ada@");
  return error;
};

test.each(["MessageRejected", "InvalidParameterValue"])(
  "%s is a refusal for good, without the address",
  async (code) => {
    const error = await failure({ status: 400, body: xmlError(code) });
    expect(error).toBeInstanceOf(MailRefused);
    expect(error).toMatchObject({ reason: code });
  },
);

test.each([
  "Email address is not verified. The following identities failed the check in region EU-WEST-1: ada@example.com",
  "Sending paused for this account. For more information, please check the inbox of the account's address.",
  "Sending suspended for this account. For more information, please check the inbox.",
  "Daily message quota exceeded.",
  "Maximum sending rate exceeded.",
])("a mail that is rejected for what the account may do now is not refused for good: %s", async (message) => {
  expect(await failure({ status: 400, body: xmlError("MessageRejected", message) })).toBeInstanceOf(
    MailNotSent,
  );
});

test.each([
  ["MailFromDomainNotVerified", 400],
  ["AccountSendingPaused", 400],
  ["ConfigurationSetDoesNotExist", 400],
  ["ConfigurationSetSendingPaused", 400],
  ["AccessDenied", 403],
  ["Throttling", 400],
  ["ServiceQuotaExceeded", 429],
  ["ExpiredToken", 403],
])("%s (%i) was certainly not sent", async (code, status) => {
  expect(await failure({ status, body: xmlError(code) })).toBeInstanceOf(MailNotSent);
});

test.each([
  ["InternalFailure", 500],
  ["ServiceUnavailable", 503],
  ["RequestTimeout", 408],
])("%s (%i) may have been sent: asked once, and the error says neither", async (code, status) => {
  const error = await failure({ status, body: xmlError(code) });
  expect(error).not.toBeInstanceOf(MailNotSent);
  expect(error).not.toBeInstanceOf(MailRefused);
});

test.each([
  ["Maximum sending rate exceeded.", 10],
  ["Daily message quota exceeded.", 600],
])("a mail that SES's limit has no room for is tried again, and later: %s", async (message, seconds) => {
  const mailer = await mailerAgainst({ status: 400, body: xmlError("Throttling", message) });
  const error: unknown = await mailer.send(aMail, 20_000).catch((thrown) => thrown);
  expect(requests.length).toBe(seconds === 10 ? 4 : 1);
  expect(error).toBeInstanceOf(MailNotSent);
  const { retryAfterSeconds = 0 } = error as MailNotSent;
  expect(retryAfterSeconds).toBeGreaterThanOrEqual(seconds);
  expect(retryAfterSeconds).toBeLessThan(seconds + 5);
  const next: unknown = await mailer.send({ ...aMail, kind: "confirmed" }, once).catch((thrown) => thrown);
  expect(next).toBeInstanceOf(MailNotSent);
  expect(requests.length).toBe(seconds === 10 ? 4 : 1);
});

test("a connection that breaks after the request may have sent it", async () => {
  const error = await failure(undefined);
  expect(error).not.toBeInstanceOf(MailNotSent);
  expect(error).not.toBeInstanceOf(MailRefused);
});

test("a connection that is refused sent nothing", async () => {
  const client = createSesClient({ ...aws, endpoint: "http://127.0.0.1:1" });
  const error = await createSesMailer({ client, from, ...turns() })
    .send(aMail, once)
    .catch((thrown) => thrown);
  expect(error).toBeInstanceOf(MailNotSent);
});

test("an answer that does not come in time may have been sent, and the wait ends", async () => {
  server = createServer(() => {});
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = createSesClient({ ...aws, endpoint: `http://127.0.0.1:${port}` }, 50);
  const error = await createSesMailer({ client, from, ...turns() })
    .send(aMail, once)
    .catch((thrown) => thrown);
  expect(error).toMatchObject({ name: "TimeoutError" });
});

test("SES is given the envelope, the mail and the configuration set", async () => {
  const body =
    "<SendRawEmailResponse><SendRawEmailResult><MessageId>m-1</MessageId></SendRawEmailResult></SendRawEmailResponse>";
  const mailer = await mailerAgainst({ status: 200, body }, "shop-mails");
  expect(await mailer.send(aMail, once)).toBe("m-1");
  const request = new URLSearchParams(requests[0]);
  expect(request.get("Source")).toBe("shop@example.com");
  expect(request.get("Destinations.member.1")).toBe("ada@example.com");
  expect(request.get("ConfigurationSetName")).toBe("shop-mails");
  const tag = (n: number) => ["Name", "Value"].map((part) => request.get(`Tags.member.${n}.${part}`));
  expect([tag(1), tag(2)]).toEqual([
    ["order", aMail.orderId],
    ["mail", "received"],
  ]);
  const { headers } = readMime(Buffer.from(request.get("RawMessage.Data") ?? "", "base64").toString());
  expect(headers).toMatchObject({
    from: "Tea Shop <shop@example.com>",
    to: "Ada Lovelace <ada@example.com>",
    "message-id": `<${aMail.orderId}.received@example.com>`,
    "x-order-mail": `${aMail.orderId}/received`,
  });
});

test("a sender that is no mailbox is noticed when the function starts", () => {
  expect(() => createSesMailer({ client: createSesClient(aws), from: "Tea Shop", ...turns() })).toThrow(
    "not a mail address",
  );
});

test.each([
  Object.assign(new Error("Could not load credentials from any providers"), {
    name: "CredentialsProviderError",
  }),
  // As bundled, the SDK's other ways to credentials are not there (stacks/bundling.ts).
  Object.assign(new Error("Cannot find package '@aws-sdk/credential-provider-ini'"), {
    code: "ERR_MODULE_NOT_FOUND",
  }),
])("without credentials nothing is sent, and it is known: $message", async (reason) => {
  const client = { send: () => Promise.reject(reason) };
  await expect(createSesMailer({ client, from, ...turns() }).send(aMail, once)).rejects.toBeInstanceOf(
    MailNotSent,
  );
});
