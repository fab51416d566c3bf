// The services' buckets: versions of objects, and S3's event about each, which comes at least once.
import { GetObjectCommand, type GetObjectCommandInput, type S3Client } from "@aws-sdk/client-s3";
import type { ReactionResources } from "@order-saga/messaging/topology";
import type { Call, Caller, PortCall } from "./calls.ts";
import type { UploadedVersion } from "./checkers/observed.ts";
import type { RunContext } from "./context.ts";
import { deliver } from "./deliveries.ts";
import { awsError } from "./dynamodb/errors.ts";
import type { Queues } from "./queue.ts";

/** What is uploaded, and the feed that it becomes. */
type Uploading = { bucket: string; key: string; versionId: string; text: string; about: string };

export type Objects = {
  client(caller: Caller): S3Client;
  /** Uploads a version of an object, and tells the reactions to uploads of its bucket. */
  put(upload: Uploading): void;
  /** All that was ever uploaded, in order. */
  readonly versions: readonly UploadedVersion[];
};

export function createObjects(
  context: RunContext,
  call: Call,
  { queues, reactions }: { queues: Queues; reactions: readonly ReactionResources[] },
): Objects {
  const versions: UploadedVersion[] = [];

  function find({ Key = "", VersionId }: GetObjectCommandInput): UploadedVersion {
    const found = versions.findLast(
      (each) => each.key === Key && (VersionId === undefined || each.versionId === VersionId),
    );
    if (found) return found;
    if (VersionId === undefined) throw awsError("NoSuchKey", "The specified key does not exist.", 404);
    throw awsError("NoSuchVersion", "The specified version does not exist.", 404);
  }

  function get(input: GetObjectCommandInput): PortCall<object> {
    const read = (isCutOff: boolean) => {
      const { bytes, versionId } = find(input);
      const range = rangeOf(input.Range, bytes.length);
      const part = bytes.subarray(range.from, range.until);
      return {
        Body: bodyOf(part, isCutOff),
        ContentLength: part.length,
        ContentRange: `bytes ${range.from}-${range.until - 1}/${bytes.length}`,
        VersionId: versionId,
      };
    };
    return {
      category: "object",
      what: () => `get ${input.Key} ${input.Range ?? ""}`,
      orderId: versions.find(({ versionId }) => versionId === input.VersionId)?.about,
      effect: () => read(false),
      faults: {
        "object-slow-down": () => {
          throw awsError("SlowDown", "Please reduce your request rate.", 503);
        },
        "object-cut-off": () => read(true),
      },
    };
  }

  return {
    versions,
    client(caller) {
      const send = (command: unknown) => {
        if (command instanceof GetObjectCommand) return call(caller, get(command.input));
        throw new TypeError("The simulated buckets know GetObject only.");
      };
      return { send } as unknown as S3Client;
    },
    put({ about, bucket, key, text, versionId }) {
      const version: UploadedVersion = {
        at: context.scheduler.now(),
        key,
        versionId,
        about,
        sequencer: (0x10_00 + versions.length).toString(16).toUpperCase().padStart(18, "0"),
        bytes: new TextEncoder().encode(text),
      };
      versions.push(version);
      const told = {
        detailType: "Object Created",
        body: createdEvent(bucket, key, version),
        orderId: about,
        eventType: undefined,
        poison: false,
      };
      for (const reaction of reactions) {
        const { rule } = reaction;
        const isTold =
          rule?.bus === "default" && rule.bucket.name === bucket && key.startsWith(rule.bucket.prefix);
        if (isTold) deliver(context, queues, told, reaction);
      }
    },
  };
}

/** Throws S3's InvalidRange for what begins behind the object's end. */
function rangeOf(range: string | undefined, length: number): { from: number; until: number } {
  const [, from = "0", last = String(length - 1)] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "bytes=0-") ?? [];
  const until = last === "" ? length : Math.min(Number(last) + 1, length);
  if (range !== undefined && Number(from) >= length)
    throw awsError("InvalidRange", "The requested range is not satisfiable", 416);
  return { from: Number(from), until };
}

/** The body as the SDK gives it: it is read once, as bytes, as text or in pieces. */
function bodyOf(bytes: Uint8Array, isCutOff: boolean): object {
  async function* pieces() {
    yield bytes.subarray(0, Math.ceil(bytes.length / 2));
    if (isCutOff) throw awsError("Error", "aborted", 0);
    yield bytes.subarray(Math.ceil(bytes.length / 2));
  }
  const all = async () => {
    const read: Uint8Array[] = [];
    for await (const piece of pieces()) read.push(piece);
    return new Uint8Array(Buffer.concat(read));
  };
  return {
    [Symbol.asyncIterator]: pieces,
    transformToByteArray: all,
    transformToString: async () => new TextDecoder().decode(await all()),
  };
}

/** S3 user guide, "EventBridge event message structure". */
function createdEvent(
  bucket: string,
  key: string,
  { at, bytes, sequencer, versionId }: UploadedVersion,
): string {
  return JSON.stringify({
    version: "0",
    id: "00000000-0000-4000-9000-000000000000",
    "detail-type": "Object Created",
    source: "aws.s3",
    account: "000000000000",
    time: new Date(Math.floor(at / 1000) * 1000).toISOString().replace(".000", ""),
    region: "eu-west-1",
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: { key, size: bytes.length, etag: versionId, "version-id": versionId, sequencer },
      "request-id": versionId,
      requester: "000000000000",
      "source-ip-address": "192.0.2.1",
      reason: "PutObject",
    },
  });
}
