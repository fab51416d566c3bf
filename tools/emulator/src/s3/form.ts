// The upload of a file by a form: the fields must be what the policy that was signed for them lets through.
// Source: S3 API reference, "POST policy" and "RESTObjectPOST".
import { notImplemented, S3Error } from "./errors.ts";
import { assertSigned, credentialIn } from "./signature.ts";

export type Form = {
  /** In lower case, without the file. */
  readonly fields: Readonly<Record<string, string>>;
  readonly file: Buffer;
};

/** What the name of the file is put in place of. */
const FILE_NAME = "$" + "{filename}";

/** Fields after the file are ignored. Throws MalformedPOSTRequest, or InvalidArgument without a file. */
export async function readForm(contentType: string | undefined, body: Buffer): Promise<Form> {
  const headers = { "content-type": contentType ?? "" };
  const data = await new Response(body, { headers }).formData().catch(() => {
    throw new S3Error("MalformedPOSTRequest");
  });
  const fields: Record<string, string> = {};
  for (const [name, value] of data) {
    const lower = name.toLowerCase();
    if (lower !== "file") {
      if (typeof value !== "string") throw new S3Error("MalformedPOSTRequest");
      fields[lower] = value;
      continue;
    }
    const isText = typeof value === "string";
    const file = isText ? Buffer.from(value) : Buffer.from(await value.arrayBuffer());
    if (fields.key === undefined)
      throw new S3Error(
        "InvalidArgument",
        "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      );
    fields.key = fields.key.replaceAll(FILE_NAME, isText ? "" : value.name);
    return { fields, file };
  }
  throw new S3Error("InvalidArgument", "POST requires exactly one file upload per request.");
}

/**
 * The access key of the one who signed the form. Throws AccessDenied, SignatureDoesNotMatch, EntityTooLarge,
 * EntityTooSmall, or InvalidPolicyDocument.
 */
export function signerOfForm(
  { fields, file }: Form,
  bucket: string,
  { now, secret }: { now: number; secret: string },
): string {
  const { policy, "x-amz-algorithm": algorithm, "x-amz-credential": credential } = fields;
  if (policy === undefined || algorithm !== "AWS4-HMAC-SHA256") throw new S3Error("AccessDenied");
  const signer = credentialIn(credential);
  assertSigned(policy, fields["x-amz-signature"] ?? "", signer, secret);
  const { conditions, expiresAt } = readPolicy(policy);
  if (now > expiresAt) throw against("Policy expired.");
  assertAllowed({ ...fields, bucket }, conditions);
  for (const condition of conditions) assertSize(condition, file.length);
  return signer.accessKey;
}

/** As in the policy; an exact match by name is written as a list too. */
type Condition = readonly [match: string, first: unknown, second: unknown];

const against = (reason: string) => new S3Error("AccessDenied", `Invalid according to Policy: ${reason}`);

function readPolicy(base64: string): { conditions: Condition[]; expiresAt: number } {
  let policy: { expiration?: unknown; conditions?: unknown };
  try {
    policy = Object(JSON.parse(Buffer.from(base64, "base64").toString("utf8")));
  } catch {
    throw new S3Error("InvalidPolicyDocument", "Invalid Policy: Invalid JSON.");
  }
  const expiresAt = Date.parse(String(policy.expiration));
  if (Number.isNaN(expiresAt) || !Array.isArray(policy.conditions))
    throw new S3Error("InvalidPolicyDocument");
  const conditions = policy.conditions.flatMap((each: unknown): Condition[] =>
    Array.isArray(each)
      ? [[String(each[0]).toLowerCase(), each[1], each[2]]]
      : Object.entries(Object(each)).map(([name, value]) => ["eq", `$${name}`, value]),
  );
  return { conditions, expiresAt };
}

const RANGE = "content-length-range";
/** What the policy need not name. */
const free = /^(policy|x-amz-signature|x-ignore-.*|bucket)$/;

function assertAllowed(fields: Form["fields"], conditions: readonly Condition[]): void {
  const named = new Set<string>();
  for (const condition of conditions) {
    const [match, first, second] = condition;
    if (match === RANGE) continue;
    const name = String(first).replace(/^\$/, "").toLowerCase();
    named.add(name);
    if (!fits(match, fields[name] ?? "", String(second)))
      throw against(`Policy Condition failed: ${JSON.stringify(condition)}`);
  }
  const extra = Object.keys(fields).filter((name) => !named.has(name) && !free.test(name));
  if (extra.length > 0) throw against(`Extra input fields: ${extra.join(", ")}`);
}

function fits(match: string, value: string, wanted: string): boolean {
  switch (match) {
    case "eq":
      return value === wanted;
    case "starts-with":
      return value.startsWith(wanted);
    default:
      throw notImplemented(`The condition ${match}`);
  }
}

function assertSize([match, least, most]: Condition, bytes: number): void {
  if (match !== RANGE) return;
  const details = { ProposedSize: String(bytes) };
  if (bytes > Number(most))
    throw new S3Error("EntityTooLarge", undefined, { details: { ...details, MaxSizeAllowed: String(most) } });
  if (bytes < Number(least))
    throw new S3Error("EntityTooSmall", undefined, {
      details: { ...details, MinSizeAllowed: String(least) },
    });
}
