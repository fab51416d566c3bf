// S3's errors by their codes (S3 API reference, "Error responses").
const errors = {
  AccessDenied: [403, "Access Denied"],
  BadDigest: [400, "The content does not match the checksum that you sent."],
  BucketAlreadyOwnedByYou: [409, "The bucket that you tried to create already exists, and you own it."],
  BucketNotEmpty: [409, "The bucket you tried to delete is not empty."],
  EntityTooLarge: [400, "Your proposed upload exceeds the maximum allowed size."],
  EntityTooSmall: [400, "Your proposed upload is smaller than the minimum allowed size."],
  IncompleteBody: [400, "The body has fewer bytes than the request says."],
  InvalidArgument: [400, "Invalid argument"],
  InvalidBucketName: [400, "The specified bucket is not valid."],
  InvalidPart: [400, "One or more of the specified parts could not be found, or has another ETag."],
  InvalidPartOrder: [400, "The list of parts was not in ascending order."],
  InvalidPolicyDocument: [400, "The form's policy is not valid."],
  InvalidRange: [416, "The requested range is not satisfiable."],
  InvalidRequest: [400, "Invalid request"],
  KeyTooLongError: [400, "Your key is too long."],
  MalformedPOSTRequest: [400, "The body of your POST request is not well-formed multipart/form-data."],
  MalformedXML: [400, "The XML is not well-formed or does not have the schema that is published for it."],
  MethodNotAllowed: [405, "The specified method is not allowed against this resource."],
  NoSuchBucket: [404, "The specified bucket does not exist."],
  NoSuchCORSConfiguration: [404, "The CORS configuration does not exist."],
  NoSuchKey: [404, "The specified key does not exist."],
  NoSuchUpload: [404, "The specified multipart upload does not exist."],
  NoSuchVersion: [404, "The specified version does not exist."],
  NotImplemented: [501, "What you ask for is not implemented here."],
  PreconditionFailed: [412, "At least one of the preconditions that you specified did not hold."],
  SignatureDoesNotMatch: [403, "The request's signature is not the one that its credentials make."],
  XAmzContentSHA256Mismatch: [400, "The 'x-amz-content-sha256' header is not the hash of the body."],
} satisfies Record<string, readonly [status: number, message: string]>;

export type ErrorCode = keyof typeof errors;

export class S3Error extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  /** Further elements of the answer, and its headers. */
  readonly details: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    code: ErrorCode,
    message?: string,
    more: { details?: Record<string, string>; headers?: Record<string, string> } = {},
  ) {
    const [status, usual] = errors[code];
    super(message ?? usual);
    this.name = code;
    this.code = code;
    this.status = status;
    this.details = more.details ?? {};
    this.headers = more.headers ?? {};
  }
}

export const notImplemented = (what: string) =>
  new S3Error("NotImplemented", `${what} is not implemented here.`);
