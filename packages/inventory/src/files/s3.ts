// Uploaded files in S3: read by range of one version, and forms that a browser uploads with.
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { clientSettings } from "@order-saga/messaging/client-settings";
import { MAXIMUM_BYTES } from "../feed/feed.ts";
import { FileGone, type Files, type UploadForms } from "../feed/ports.ts";

/** Long enough for a person to choose a file. */
const FORM_SECONDS = 900;
const CONTENT_TYPE = "text/csv";

export const createS3Client = () => new S3Client(clientSettings);

export function createS3Files({ bucket: Bucket, client }: { client: S3Client; bucket: string }): Files {
  return {
    async read({ key: Key, versionId: VersionId }, from, length) {
      const Range = `bytes=${from}-${from + length - 1}`;
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId, Range }));
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      } catch (error) {
        if (error instanceof Error && gone.includes(error.name)) throw new FileGone();
        throw error;
      }
    },
  };
}

const gone = ["NoSuchKey", "NoSuchVersion", "MethodNotAllowed"];

/** S3 itself refuses what the form does not allow: another key or type, an empty or a larger file. */
export function createS3Forms({ bucket: Bucket, client }: { client: S3Client; bucket: string }): UploadForms {
  return {
    create: (Key) =>
      createPresignedPost(client, {
        Bucket,
        Key,
        Conditions: [
          ["content-length-range", 1, MAXIMUM_BYTES],
          ["eq", "$Content-Type", CONTENT_TYPE],
        ],
        Fields: { "Content-Type": CONTENT_TYPE },
        Expires: FORM_SECONDS,
      }),
  };
}
