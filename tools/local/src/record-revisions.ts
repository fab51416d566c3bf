// How often each record of the data folder was written, so that a lost or older copy of one is noticed.
import { join } from "node:path";
import { readJson, replaceJson } from "@order-saga/emulator/json-file";
import * as z from "zod";

export const REVISIONS = "records.json";

const Revisions = z.object({ revisions: z.record(z.string(), z.int().positive()) });

/** What is wrong with a file, as a sentence without its end. */
export class OtherRevision extends Error {
  override readonly name = "OtherRevision";
}

/** By the record's file name; none where the folder is of a version that did not count. */
function readRevisions(directory: string): Readonly<Record<string, number>> {
  const content = readJson(join(directory, REVISIONS));
  if (content === undefined) return {};
  const parsed = Revisions.safeParse(content);
  if (parsed.success) return parsed.data.revisions;
  throw new SyntaxError(`${REVISIONS} does not hold what it should.`);
}

/**
 * Throws OtherRevision if the record is not of its last writing. `found` is what the file says, 0 of a
 * version that did not count, undefined if there is no file. A process killed between its two writes leaves a
 * record that is one ahead.
 */
export function assertRevision(directory: string, name: string, found: number | undefined): void {
  const known = readRevisions(directory)[name] ?? 0;
  if (known === 0 && (found === undefined || found <= 1)) return;
  if (found === undefined) throw new OtherRevision("is missing");
  if (found < known) throw new OtherRevision("is an older copy than the rest of the folder");
  if (found > known + 1) throw new OtherRevision(`is newer than ${join(directory, REVISIONS)}`);
}

/** Writes the record by `write`, which is given its new revision, and then that it is the last. */
export function writeRevision(directory: string, name: string, write: (revision: number) => void): void {
  const revisions = readRevisions(directory);
  const revision = (revisions[name] ?? 0) + 1;
  write(revision);
  replaceJson(join(directory, REVISIONS), { revisions: { ...revisions, [name]: revision } });
}
