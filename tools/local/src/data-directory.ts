// The folder that keeps the runtime's state: recognised by a marker, so that no other folder is ever
// written or deleted.
import { randomBytes } from "node:crypto";
import { lstatSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { StateError } from "@order-saga/emulator";
import { Altered, readJson, replaceJson, UNFINISHED } from "@order-saga/emulator/json-file";
import {
  makePrivateFolder,
  refusedBySystem,
  thisUser,
  type UserId,
} from "@order-saga/emulator/private-files";
import * as z from "zod";
import { assertRevision, OtherRevision, REVISIONS, writeRevision } from "./record-revisions.ts";

const MARKER = "order-saga.json";
/** 1 had its tables in LevelDB, 2 an order's events whole in its record, 3 payments without a ledger. */
const FORMAT = 4;
const RECORD_FORMAT = 1;

/** The folder cannot be used as it is; the message says why and what to do. Nothing in it was changed. */
export class DataDirectoryError extends Error {
  override readonly name = "DataDirectoryError";
}

const Secrets = z.object({
  ORDER_ID_SECRET: z.string().min(1),
  STRIPE_API_KEY: z.string().min(1),
  STRIPE_WEBHOOK_SECRETS: z.string().min(1),
});

/** The stage's secrets, made once and kept: order ids are derived from one of them. */
export type Secrets = z.infer<typeof Secrets>;

/**
 * Opens the folder, or makes it. Without a folder everything is in memory and secrets last as long as the
 * process.
 */
export function openDataDirectory(directory: string | undefined, user: UserId = thisUser()): Secrets {
  if (directory === undefined) return newSecrets();
  const found = filesIn(directory);
  if (found?.includes(MARKER)) {
    changing(directory, () => makePrivateFolder(directory, user));
    return readMarker(directory);
  }
  if (found && isWithoutMarker(found))
    throw damaged(directory, `${join(directory, MARKER)} is missing, without which nothing can be read`);
  // A process killed while it made the folder leaves the unfinished marker behind, and nothing else.
  if (found?.some((name) => name !== MARKER + UNFINISHED)) {
    throw new DataDirectoryError(
      `${directory} holds files that are not an order saga's. Choose another folder with --data.`,
    );
  }
  const secrets = newSecrets();
  changing(directory, () => {
    makePrivateFolder(directory, user);
    replaceJson(join(directory, MARKER), { format: FORMAT, secrets });
  });
  return secrets;
}

/** What only an order saga's folder has: then its marker alone is gone. */
const isWithoutMarker = (found: readonly string[]) =>
  ["aws.json", "dynamodb", "payments.sqlite"].every((name) => found.includes(name));

/**
 * Deletes the folder and everything in it, and where a link leads to it, the link too. Returns what was
 * deleted, the link last; nothing if there was no folder.
 */
export function deleteDataDirectory(directory: string): string[] {
  const found = filesIn(directory);
  if (!found) return [];
  const isEmpty = found.every((name) => name === MARKER + UNFINISHED);
  if (!isEmpty && !found.includes(MARKER) && !isWithoutMarker(found)) {
    throw new DataDirectoryError(`${directory} is not an order saga's data folder; nothing was deleted.`);
  }
  return changing(directory, () => {
    const isLink = lstatSync(directory).isSymbolicLink();
    const folder = isLink ? realpathSync(directory) : directory;
    rmSync(folder, { recursive: true });
    if (isLink) rmSync(directory);
    return isLink ? [folder, directory] : [folder];
  });
}

/** One small record of the folder, kept in a file of its own; without a folder it is in memory. */
export type DataRecord<T> = {
  read(): T | undefined;
  write(content: T): void;
  /** For content that has its form and still cannot be used. */
  damaged(what: string, cause: unknown): DataDirectoryError;
};

/** A record says which format it has; one written before that was said has the first. */
const Stamped = z.looseObject({ format: z.unknown().default(RECORD_FORMAT), revision: z.int().default(0) });

export function openRecord<T extends object>(
  directory: string | undefined,
  name: string,
  schema: z.ZodType<T>,
): DataRecord<T> {
  if (directory === undefined) return recordInMemory();
  const file = join(directory, name);
  return {
    read() {
      const content = readOurs(directory, file);
      if (content === undefined) {
        assertOurs(directory, name, undefined);
        return undefined;
      }
      const parsed = Stamped.safeParse(content);
      if (!parsed.success) throw damaged(directory, `${file} does not hold what it should`, parsed.error);
      const { format, revision, ...rest } = parsed.data;
      if (format !== RECORD_FORMAT) throw otherVersion(directory, file, format, RECORD_FORMAT);
      assertOurs(directory, name, revision);
      const record = schema.safeParse(rest);
      if (record.success) return record.data;
      throw damaged(directory, `${file} does not hold what it should`, record.error);
    },
    write: (content) =>
      changing(directory, () =>
        writeRevision(directory, name, (revision) =>
          replaceJson(file, { format: RECORD_FORMAT, revision, ...content }),
        ),
      ),
    damaged: (what, cause) => damaged(directory, `${file} ${what}`, cause),
  };
}

/** Throws for a record that is lost, or is a copy of another time than the rest of the folder. */
function assertOurs(directory: string, name: string, revision: number | undefined): void {
  try {
    assertRevision(directory, name, revision);
  } catch (cause) {
    if (cause instanceof OtherRevision)
      throw damaged(directory, `${join(directory, name)} ${cause.message}`, cause);
    throw unread(directory, join(directory, REVISIONS), cause);
  }
}

function recordInMemory<T>(): DataRecord<T> {
  let kept: T | undefined;
  return {
    read: () => kept,
    write(content) {
      kept = content;
    },
    damaged: (what, cause) => new DataDirectoryError(what, { cause }),
  };
}

/** The folder's stores cannot be opened: another process has them open, or they are damaged. */
export function unusable(directory: string, error: StateError): DataDirectoryError {
  if (error.isInUse || error.isRefused) {
    const what = error.isInUse ? ". Stop that one" : "";
    const words = `${error.message}${what}, or choose another folder with --data.`;
    return new DataDirectoryError(words, { cause: error });
  }
  return damaged(directory, error.message, error);
}

/** What is wrong, and how to begin anew. */
function damaged(directory: string, what: string, cause?: unknown): DataDirectoryError {
  const command = directory === ".data" ? "pnpm reset" : `pnpm reset --data ${directory}`;
  return new DataDirectoryError(`${what}. Restore it, or start anew with \`${command}\`.`, { cause });
}

/** Written by a version that keeps its state in another way; that one can still read it. */
function otherVersion(directory: string, file: string, format: unknown, wanted: number): DataDirectoryError {
  const command = directory === ".data" ? "pnpm reset" : `pnpm reset --data ${directory}`;
  return new DataDirectoryError(
    `${file} has format ${JSON.stringify(format)}, and this version reads ${wanted}. Use the version that wrote it, choose another folder with --data, or start anew with \`${command}\`.`,
  );
}

function readMarker(directory: string): Secrets {
  const marker = join(directory, MARKER);
  const { format, secrets } = (readOurs(directory, marker) ?? {}) as { format?: unknown; secrets?: unknown };
  if (format !== FORMAT) {
    throw otherVersion(directory, marker, format, FORMAT);
  }
  const parsed = Secrets.safeParse(secrets);
  if (!parsed.success) throw damaged(directory, `${marker} lacks its secrets`);
  return parsed.data;
}

function readOurs(directory: string, file: string): unknown {
  try {
    return readJson(file);
  } catch (cause) {
    throw unread(directory, file, cause);
  }
}

function unread(directory: string, file: string, cause: unknown): DataDirectoryError {
  const refused = refusedBySystem(cause);
  if (refused !== undefined) return refusal(file, refused, cause);
  return damaged(directory, `${file} ${whyUnread(cause)}`, cause);
}

function whyUnread(cause: unknown): string {
  if (cause instanceof Altered) return "is not as it was written";
  return cause instanceof SyntaxError ? "cannot be read as JSON" : `cannot be read (${codeOf(cause)})`;
}

/** The names in the folder; undefined if there is none. */
function filesIn(directory: string): string[] | undefined {
  const stats = changing(directory, () => statSync(directory, { throwIfNoEntry: false }));
  if (!stats) return undefined;
  if (stats.isDirectory()) return changing(directory, () => readdirSync(directory));
  throw new DataDirectoryError(
    `${directory} is a file, not a folder. Choose another folder with --data, or move the file away.`,
  );
}

/** What the system refuses, such as a folder of another user, is said without a stack. */
function changing<T>(directory: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const refused = refusedBySystem(cause) ?? `cannot be used (${codeOf(cause)}): see what it is`;
    throw refusal(directory, refused, cause);
  }
}

/** Nothing is damaged, so that nothing needs a reset. */
function refusal(path: string, refused: string, cause: unknown): DataDirectoryError {
  return new DataDirectoryError(`${path} ${refused}, or choose another folder with --data.`, { cause });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

function newSecrets(): Secrets {
  return {
    ORDER_ID_SECRET: randomBytes(32).toString("hex"),
    STRIPE_API_KEY: `sk_test_local${randomBytes(12).toString("hex")}`,
    STRIPE_WEBHOOK_SECRETS: `whsec_local${randomBytes(24).toString("hex")}`,
  };
}
