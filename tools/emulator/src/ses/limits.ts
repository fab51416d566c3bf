// The limits of a mail, beyond which SES refuses it.
// Source: SES API reference, version 1, "SendEmail" and "SendRawEmail".

const MOST_RECIPIENTS = 50;
const MOST_BYTES = 10 * 1024 * 1024;

/** SES's message for a mail beyond its limits; undefined if it is within them. */
export function overLimit(form: Readonly<Record<string, string>>): string | undefined {
  const names = Object.keys(form);
  const recipients = names.filter((name) =>
    /^(Destinations|Destination\.(To|Cc|Bcc)Addresses)\.member\.\d+$/.test(name),
  );
  if (recipients.length > MOST_RECIPIENTS) return `Recipient count exceeds ${MOST_RECIPIENTS}.`;
  if (form.Action === "SendEmail" && recipients.length === 0) return "Missing destination.";
  const bytes =
    form.Action === "SendRawEmail"
      ? Buffer.byteLength(form["RawMessage.Data"] ?? "", "base64")
      : names
          .filter((name) => name.startsWith("Message."))
          .reduce((sum, name) => sum + Buffer.byteLength(form[name] ?? ""), 0);
  return bytes > MOST_BYTES ? `Message length is more than ${MOST_BYTES} bytes long.` : undefined;
}
