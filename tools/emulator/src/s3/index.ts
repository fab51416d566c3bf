// The embedded S3: buckets with versions, uploads by signed URLs and forms, and their events for EventBridge.
import type { OpenStore } from "../sqlite-settings.ts";
import { empty, newRequestId, refused, type S3Answer, xml } from "./answer.ts";
import { bucketOf, bucketOperations, type Operation } from "./buckets.ts";
import { checkedBody } from "./checksums.ts";
import { corsHeaders, preflight } from "./cors.ts";
import { S3Error } from "./errors.ts";
import type { ObjectEvent } from "./events.ts";
import { readForm, signerOfForm } from "./form.ts";
import { listingOperations } from "./listing.ts";
import { multipartOperations } from "./multipart.ts";
import { assertServed, keptIn, type ObjectOptions, objectOperations, putObject } from "./objects.ts";
import { operationOf, readRequest, type S3Call, type S3Request } from "./request.ts";
import { signerOf } from "./signature.ts";
import { openStorage, type Storage } from "./storage.ts";
import { createTelling } from "./telling.ts";

export type { S3Answer } from "./answer.ts";
export type { ObjectEvent } from "./events.ts";
export { bucketOfHost, type S3Call } from "./request.ts";

/** A call by its names in AWS's model, and who makes it. */
export type Caller = {
  readonly accessKey: string;
  readonly operation: string;
  readonly input: Record<string, string>;
};

export type ObjectStoreOptions = {
  /** A SQLite file, or `:memory:`. */
  file: string;
  open?: OpenStore | undefined;
  region: string;
  accountId: string;
  /** Milliseconds. */
  now: () => number;
  /** With which every caller signs. */
  secretAccessKey: string;
  /** Why the caller may not make the call; undefined if it may. */
  refuse: (caller: Caller) => string | undefined;
  /** Whether the caller may know what is in the bucket. */
  mayList: (accessKey: string, bucket: string) => boolean;
  /** Gives an event to EventBridge's default bus; it comes again until this resolves. */
  tell: (event: ObjectEvent) => Promise<void>;
};

export type ObjectStore = {
  /** `body` is undefined if it is larger than is read. Rejects only for a defect. */
  answer(call: Omit<S3Call, "body"> & { body: Buffer | undefined }): Promise<S3Answer>;
  close(): void;
};

type Served = ObjectStoreOptions & {
  readonly storage: Storage;
  readonly objects: ObjectOptions;
  readonly operations: Readonly<Record<string, Operation>>;
};

export function createObjectStore(options: ObjectStoreOptions): ObjectStore {
  const { accountId, now, region } = options;
  const storage = openStorage(options.file, options.open);
  const telling = createTelling(storage, options.tell);
  const objects: ObjectOptions = { storage, origin: { accountId, region }, now };
  const operations = {
    ...bucketOperations({ storage, region, now }),
    ...objectOperations(objects),
    ...multipartOperations(objects),
    ...listingOperations(storage),
  };
  const served: Served = { ...options, storage, objects, operations };
  telling.soon();
  return {
    async answer({ body, ...call }) {
      const answer = await answerTo(served, { ...call, body: body ?? Buffer.alloc(0) }, body === undefined);
      telling.soon();
      return answer;
    },
    close() {
      telling.stop();
      storage.close();
    },
  };
}

/** The answer to a request that is not looked at. */
export const accessDenied = (message: string, url: string): S3Answer =>
  refused(new S3Error("AccessDenied", message), url, newRequestId());

async function answerTo(served: Served, call: S3Call, isTooLarge: boolean): Promise<S3Answer> {
  const requestId = newRequestId();
  let request: S3Request | undefined;
  let answer: S3Answer;
  try {
    request = readRequest(call);
    if (isTooLarge) throw new S3Error("EntityTooLarge");
    answer = await carryOut(served, request);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    answer = refused(error, request?.path ?? call.url, requestId);
  }
  const bucket = request && served.storage.bucket(request.bucket);
  const cors = call.method === "OPTIONS" ? {} : corsHeaders(bucket, call.method, call.headers);
  return { ...answer, headers: { "x-amz-request-id": requestId, ...cors, ...answer.headers } };
}

async function carryOut(served: Served, request: S3Request): Promise<S3Answer> {
  const { operations, storage } = served;
  if (request.method === "OPTIONS")
    return empty(200, preflight(storage.bucket(request.bucket), request.headers));
  const operation = operationOf(request);
  if (operation === "PostObject") return postObject(served, request);
  const accessKey = callerOf(served, request);
  assertPermitted(served, accessKey, operation, request);
  const run = operations[operation];
  if (!run) throw new S3Error("NotImplemented");
  try {
    return run(request);
  } catch (error) {
    throw hidden(served, accessKey, request, error);
  }
}

/**
 * As at the other services, a signature in the headers is taken on trust; without one there is no caller,
 * because every bucket blocks the public.
 */
function callerOf({ now, secretAccessKey }: Served, request: S3Request): string {
  const [, inHeader] =
    /^AWS4-HMAC-SHA256 .*\bCredential=([^/,\s]+)\//.exec(request.headers.authorization ?? "") ?? [];
  if (inHeader !== undefined) return inHeader;
  if (!request.query.has("X-Amz-Signature")) throw new S3Error("AccessDenied");
  return signerOf(request, secretAccessKey, now());
}

function assertPermitted(
  { refuse }: Served,
  accessKey: string,
  operation: string,
  { bucket, key, query }: Pick<S3Request, "bucket" | "key" | "query">,
): void {
  const versionId = query.get("versionId");
  const input = {
    ...(bucket !== "" && { Bucket: bucket }),
    ...(key !== "" && { Key: key }),
    ...(versionId !== null && { VersionId: versionId }),
  };
  const reason = refuse({ accessKey, operation, input });
  if (reason !== undefined) throw new S3Error("AccessDenied", reason);
}

/** Who may not list a bucket is not told what it lacks (S3 API reference, "GetObject"). */
function hidden({ mayList }: Served, accessKey: string, { bucket }: S3Request, error: unknown): unknown {
  const isMissing = error instanceof S3Error && /^NoSuch(Key|Version)$/.test(error.code);
  return isMissing && !mayList(accessKey, bucket) ? new S3Error("AccessDenied") : error;
}

async function postObject(served: Served, posted: S3Request): Promise<S3Answer> {
  const { now, objects, secretAccessKey: secret } = served;
  const bucket = bucketOf(served.storage, posted);
  const form = await readForm(posted.headers["content-type"], posted.body);
  const { key = "", success_action_status: asked, ...fields } = form.fields;
  const accessKey = signerOfForm(form, bucket.name, { now: now(), secret });
  const unserved = ["acl", "redirect", "success_action_redirect", "tagging"].find((name) => name in fields);
  if (unserved !== undefined)
    throw new S3Error("NotImplemented", `The field ${unserved} is not implemented here.`);
  assertServed(fields);
  const request = { ...posted, key };
  assertPermitted(served, accessKey, "PutObject", request);
  const { body, checksums } = checkedBody(fields, form.file);
  const put = putObject(objects, request, {
    body,
    checksums,
    headers: keptIn(fields),
    reason: "POST Object",
  });
  const Location = `http://${posted.headers.host}/${bucket.name}/${key.split("/").map(encodeURIComponent).join("/")}`;
  const headers = { ...put.headers, location: Location };
  if (asked !== "201") return empty(asked === "200" ? 200 : 204, headers);
  const created = xml(
    "PostResponse",
    { Location, Bucket: bucket.name, Key: key, ETag: `"${put.etag}"` },
    201,
  );
  return { ...created, headers: { ...headers, ...created.headers } };
}
