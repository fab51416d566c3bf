// SES's answers: the results of the actions that send no mail, and errors, as XML.
import { type Form, members } from "./form.ts";
import type { Identities } from "./identities.ts";

export type XmlAnswer = { status: number; body: string };

const NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/";

export function envelope(action: string, result: string): XmlAnswer {
  const body = `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result></${action}Response>`;
  return { status: 200, body };
}

export function failure(code: string, message: string, status = 400): XmlAnswer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return { status, body: `<ErrorResponse xmlns="${NAMESPACE}">${error}</ErrorResponse>` };
}

export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** What an account may send; the sandbox's figures are AWS's, the others those of a young account. */
const quotas = { sandbox: [200, 1], production: [50_000, 14] } as const;

const required: Readonly<Record<string, string>> = {
  CreateConfigurationSet: "ConfigurationSet.Name",
  DeleteConfigurationSet: "ConfigurationSetName",
  DeleteIdentity: "Identity",
  VerifyDomainIdentity: "Domain",
  VerifyEmailIdentity: "EmailAddress",
};

/** The answer to an action that sends no mail; undefined if it is not served. */
export function answerTo(
  action: string,
  form: Form,
  identities: Identities,
  { isSandbox, sentToday }: { isSandbox: boolean; sentToday: () => number },
): XmlAnswer | undefined {
  const field = required[action];
  const value = field === undefined ? "" : (form[field] ?? "");
  if (field !== undefined && value === "")
    return failure(
      "ValidationError",
      `Value null at '${field}' failed to satisfy constraint: Member must not be null`,
    );
  const after = (refused: { code: string; message: string } | undefined, result = "") =>
    refused ? failure(refused.code, refused.message) : envelope(action, result);
  switch (action) {
    case "CreateConfigurationSet":
      return after(identities.createSet(value));
    case "DeleteConfigurationSet":
      return after(identities.deleteSet(value));
    case "DeleteIdentity":
      identities.forget(value);
      return envelope(action, "");
    case "VerifyDomainIdentity":
      return after(identities.verify(value), "<VerificationToken>local</VerificationToken>");
    case "VerifyEmailIdentity":
      return after(identities.verify(value));
    case "GetIdentityVerificationAttributes":
      return envelope(action, verified(members(form, "Identities"), identities));
    case "GetAccountSendingEnabled":
      return envelope(action, "<Enabled>true</Enabled>");
    case "GetSendQuota": {
      const [day, second] = quotas[isSandbox ? "sandbox" : "production"];
      const most = `<Max24HourSend>${day}</Max24HourSend><MaxSendRate>${second}</MaxSendRate>`;
      return envelope(action, `${most}<SentLast24Hours>${sentToday()}</SentLast24Hours>`);
    }
    default:
      return undefined;
  }
}

function verified(asked: readonly string[], identities: Identities): string {
  const known = asked.filter((each) => identities.isKnown(each));
  const entries = known.map((each) => {
    const value = "<value><VerificationStatus>Success</VerificationStatus></value>";
    return `<entry><key>${escapeXml(each)}</key>${value}</entry>`;
  });
  return `<VerificationAttributes>${entries.join("")}</VerificationAttributes>`;
}
