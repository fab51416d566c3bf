// Signature Version 4 of what travels without a signer: presigned URLs and the policies of forms.
// Source: S3 API reference, "Authenticating requests: using query parameters" and
// "Browser-based uploads using POST".
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { S3Error } from "./errors.ts";

const ALGORITHM = "AWS4-HMAC-SHA256";
/** Seven days, in seconds. */
const LONGEST_EXPIRY = 604_800;

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

export type Credential = { readonly accessKey: string; readonly scope: string };

/** `AKID/20261129/eu-west-1/s3/aws4_request`. Throws AccessDenied if it is not that. */
export function credentialIn(text: string | undefined): Credential {
  const [, accessKey = "", scope = ""] =
    /^([^/]+)\/(\d{8}\/[\w-]+\/s3\/aws4_request)$/.exec(text ?? "") ?? [];
  if (accessKey === "") throw new S3Error("AccessDenied", "The credential is malformed.");
  return { accessKey, scope };
}

export function signatureOf(text: string, scope: string, secret: string): string {
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, text).toString("hex");
}

/** Throws SignatureDoesNotMatch. */
export function assertSigned(text: string, given: string, { scope }: Credential, secret: string): void {
  const made = Buffer.from(signatureOf(text, scope, secret));
  const sent = Buffer.from(given);
  if (made.length !== sent.length || !timingSafeEqual(made, sent)) throw new S3Error("SignatureDoesNotMatch");
}

export type Presigned = {
  readonly method: string;
  /** Decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
};

/** The access key of a presigned URL. Throws AccessDenied if it expired, or SignatureDoesNotMatch. */
export function signerOf(request: Presigned, secret: string, now: number): string {
  const { query } = request;
  const parameter = (name: string) => query.get(`X-Amz-${name}`) ?? "";
  if (parameter("Algorithm") !== ALGORITHM) throw new S3Error("InvalidArgument", "The algorithm is unknown.");
  const credential = credentialIn(parameter("Credential"));
  const signedAt = timeOf(parameter("Date"));
  const seconds = Number(parameter("Expires"));
  if (!(seconds >= 1 && seconds <= LONGEST_EXPIRY))
    throw new S3Error("AccessDenied", "X-Amz-Expires must be between 1 and 604800 seconds.");
  if (now > signedAt + seconds * 1000) throw new S3Error("AccessDenied", "Request has expired");
  const text = [ALGORITHM, parameter("Date"), credential.scope, sha256(canonical(request))].join("\n");
  assertSigned(text, parameter("Signature"), credential, secret);
  return credential.accessKey;
}

function canonical({ headers, method, path, query }: Presigned): string {
  const names = (query.get("X-Amz-SignedHeaders") ?? "").split(";");
  const pairs = [...query].filter(([name]) => name !== "X-Amz-Signature");
  return [
    method,
    encoded(path).replaceAll("%2F", "/"),
    pairs
      .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      .sort()
      .join("&"),
    ...names.map((name) => `${name}:${(headers[name] ?? "").trim().replace(/\s+/g, " ")}`),
    "",
    names.join(";"),
    query.get("X-Amz-Content-Sha256") ?? headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD",
  ].join("\n");
}

const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** `20261129T060000Z` in milliseconds. Throws AccessDenied. */
function timeOf(text: string): number {
  const time = Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(time)) throw new S3Error("AccessDenied", "The date of the signature is malformed.");
  return time;
}
