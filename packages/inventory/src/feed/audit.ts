// The reaction audit-upload: keeps who uploaded what, and its hash, whatever becomes of the import.
import type { ReactTo } from "@order-saga/messaging";
import type { Upload } from "@order-saga/messaging/message";
import { MAXIMUM_BYTES } from "./feed.ts";
import { uploadIdOf, warnIfDifferent } from "./import.ts";
import { type FeedStore, FileGone, type Files } from "./ports.ts";
import { hashOf } from "./read-rows.ts";

export function auditUploadHandler({
  feeds,
  files,
}: {
  feeds: Pick<FeedStore, "hashed">;
  files: Files;
}): ReactTo<Upload> {
  return async (upload, { log }) => {
    const { bytes, key, requester, sequencer, uploadedAt, versionId } = upload;
    const about = { key, versionId, bytes, requester, sequencer, uploadedAt };
    const audited = await hashOrReason(files, upload);
    warnIfDifferent(await feeds.hashed(uploadIdOf(upload), "audited", audited, about), log);
    return [];
  };
}

async function hashOrReason(files: Files, upload: Upload): Promise<string> {
  if (upload.bytes > MAXIMUM_BYTES) return "too-large";
  try {
    return await hashOf(files, upload);
  } catch (error) {
    if (error instanceof FileGone) return "gone";
    throw error;
  }
}
