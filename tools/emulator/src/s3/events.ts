// The events that S3 gives to EventBridge (S3 user guide, "EventBridge event message structure").
import { randomUUID } from "node:crypto";
import { newRequestId } from "./answer.ts";
import type { Version } from "./storage.ts";

export type Origin = { readonly accountId: string; readonly region: string };

export type Happened = {
  readonly bucket: string;
  readonly version: Version;
  readonly sourceIp: string;
  /** Milliseconds. */
  readonly at: number;
};

/** By which operation an object was made. */
export type CreationReason = "PutObject" | "POST Object" | "CompleteMultipartUpload";

export type ObjectEvent = ReturnType<typeof objectCreated>;

export function objectCreated(origin: Origin, what: Happened, reason: CreationReason) {
  const { etag, size } = what.version;
  return envelope(origin, what, "Object Created", { size, etag }, { reason });
}

export function objectDeleted(
  origin: Origin,
  what: Happened,
  deletion: "Delete Marker Created" | "Permanently Deleted",
) {
  const etag = what.version.isDeleteMarker ? {} : { etag: what.version.etag };
  return envelope(origin, what, "Object Deleted", etag, {
    reason: "DeleteObject",
    "deletion-type": deletion,
  });
}

function envelope(
  { accountId, region }: Origin,
  { at, bucket, sourceIp, version: { key, row, versionId } }: Happened,
  detailType: string,
  object: object,
  more: object,
) {
  return {
    version: "0" as const,
    id: randomUUID(),
    "detail-type": detailType,
    source: "aws.s3",
    account: accountId,
    // Whole seconds, as AWS delivers it.
    time: new Date(at).toISOString().replace(/\.\d{3}Z$/, "Z"),
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: {
        key,
        ...object,
        ...(versionId !== "null" && { "version-id": versionId }),
        // Of two events of one key the later has the greater one.
        sequencer: row.toString(16).toUpperCase().padStart(18, "0"),
      },
      "request-id": newRequestId(),
      requester: accountId,
      "source-ip-address": sourceIp,
      ...more,
    },
  };
}
