// Uploaded files in memory, for tests: a file is gone when it is deleted, and answers no more than is asked.
import { FileGone, type Files } from "../feed/ports.ts";

export type MemoryFiles = Files & {
  put(versionId: string, content: string | Uint8Array): void;
  delete(versionId: string): void;
  /** The most bytes that were asked for at once. */
  readonly longest: () => number;
};

export function createMemoryFiles(): MemoryFiles {
  const files = new Map<string, Uint8Array>();
  let longest = 0;
  return {
    put: (versionId, content) => void files.set(versionId, Buffer.from(content as string)),
    delete: (versionId) => void files.delete(versionId),
    longest: () => longest,
    async read({ versionId }, from, length) {
      longest = Math.max(longest, length);
      const file = files.get(versionId);
      if (!file) throw new FileGone();
      return file.subarray(from, from + length);
    },
  };
}
