// Sends mail through Amazon SES, once per call, and tells apart what certainly did not go out.
import { SESClient, type SESClientConfig, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { type Failure, inTurn, NoTurn, type Pace, type PaceClock } from "@order-saga/messaging/pace";
import { MAIL_TAGS } from "@order-saga/messaging/returned-mail";
import { type Mailer, MailNotSent, MailRefused } from "../ports.ts";
import { tagOf } from "../returned.ts";
import { parseMailbox, toMime } from "./mime.ts";

/** Longer than SES ever takes to answer, shorter than the function's timeout. */
const REQUEST_TIMEOUT_MILLISECONDS = 10_000;

/**
 * The SDK's own retries are off: it also retries a request whose answer was lost, and the customer would get
 * the mail twice.
 */
export function createSesClient(
  config: SESClientConfig = {},
  requestTimeout = REQUEST_TIMEOUT_MILLISECONDS,
): SESClient {
  return new SESClient({
    maxAttempts: 1,
    // Without the second option the handler would only warn, and wait on.
    requestHandler: { requestTimeout, throwOnRequestTimeout: true },
    ...config,
  });
}

export function createSesMailer(options: {
  client: Pick<SESClient, "send">;
  /** `Name <address>` or an address. */
  from: string;
  configurationSet?: string | undefined;
  pace: Pace;
  clock: PaceClock;
}): Mailer {
  const { clock, pace } = options;
  const from = parseMailbox(options.from);
  const domain = from.address.slice(from.address.lastIndexOf("@") + 1);
  return {
    isBusy: () => pace.millisecondsLeft() > 0,
    async send({ orderId, kind, to, subject, text, html }, until) {
      const mime = toMime({
        from,
        to: { address: to.email, name: to.name },
        subject,
        // A colon has no place in a Message-ID.
        messageId: `${orderId}.${kind.replace(":", ".")}@${domain}`,
        // SES puts its own Message-ID in place of ours, so the mail names its order here too.
        headers: { "X-Order-Mail": `${orderId}/${kind}`, "Auto-Submitted": "auto-generated" },
        text,
        html,
      });
      const command = new SendRawEmailCommand({
        Source: from.address,
        Destinations: [to.email],
        RawMessage: { Data: Buffer.from(mime) },
        // By these its events name it, if it comes back.
        Tags: [
          { Name: MAIL_TAGS.subject, Value: orderId },
          { Name: MAIL_TAGS.kind, Value: tagOf(kind) },
        ],
        ...(options.configurationSet && { ConfigurationSetName: options.configurationSet }),
      });
      try {
        const answer = await inTurn({ pace, clock, until, failureOf }, () => options.client.send(command));
        return answer.MessageId ?? "";
      } catch (error) {
        const isForLimit = error instanceof NoTurn || failureOf(error).kind === "limit";
        throw isForLimit ? new MailNotSent("limit", secondsUntil(pace)) : asMailError(error);
      }
    },
  };
}

/**
 * What SES refuses in the mail itself: no second try changes it (SES API reference, SendRawEmail,
 * "Errors").
 */
const refusals = ["MessageRejected", "InvalidParameterValue"];

/**
 * Refused in the mail's name, but for what the account may do now: an identity that is not verified (in the
 * sandbox the recipient's as well), sending that is paused, a quota that is used up (SES developer guide,
 * "Email sending errors"). Another try sends it once that is mended.
 */
const ofTheAccount = /not verified|paused|suspended|shut down|sandbox|quota exceeded|rate exceeded|throttl/i;

/** The connection was never made. */
const unreached = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "CredentialsProviderError",
  "ERR_MODULE_NOT_FOUND",
];

/**
 * Throttled for the rate of a second, or for the quota of a day, after which SES asks to wait for up to ten
 * minutes (SES developer guide, "Errors related to the sending quotas").
 */
function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { kind: "final" };
  if (/quota exceeded/i.test(error.message)) return { kind: "limit", retryAfterMilliseconds: 600_000 };
  if (/throttl/i.test(error.name) || /rate exceeded/i.test(error.message)) return { kind: "limit" };
  return { kind: unreachedBy(error) ? "passing" : "final" };
}

/** When a mail without a turn may be tried again: SQS delays a message for 15 minutes at most. */
const secondsUntil = (pace: Pace) => Math.max(10, Math.min(900, Math.ceil(pace.millisecondsLeft() / 1000)));

const unreachedBy = (error: Error) =>
  unreached.find((each) => each === (error as { code?: string }).code || each === error.name);

function asMailError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error("SES failed without an error.");
  const name = error.name.replace(/Exception$/, "");
  // Its text is read, never passed on: it quotes the address.
  if (refusals.includes(name) && !ofTheAccount.test(error.message)) return new MailRefused(name);
  const met = unreachedBy(error);
  if (met) return new MailNotSent(met);
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  // Any other 4xx is SES declining to act now (throttled, paused, credentials expired); 408 is a request it
  // may have read.
  if (status >= 400 && status < 500 && status !== 408) return new MailNotSent(name);
  const unknown = new Error("SES did not say whether it sent the mail.");
  unknown.name = name;
  return unknown;
}
