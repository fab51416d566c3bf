// The folder that keeps the runtime's state: recognised by a marker, so that no other folder is ever
// written or deleted.
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { StateError } from "@order-saga/emulator";
import { readJson, replaceJson, UNFINISHED } from "@order-saga/emulator/json-file";
import * as z from "zod";

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
export function openDataDirectory(directory: string | undefined): Secrets {
  if (directory === undefined) return newSecrets();
  const found = filesIn(directory);
  if (found?.includes(MARKER)) return readMarker(directory);
  // A process killed while it made the folder leaves the unfinished marker behind, and nothing else.
  if (found?.some((name) => name !== MARKER + UNFINISHED)) {
    throw new DataDirectoryError(
      `${directory} holds files that are not an order saga's. Choose another folder with --data.`,
    );
  }
  const secrets = newSecrets();
  changing(directory, () => {
    mkdirSync(directory, { recursive: true });
    replaceJson(join(directory, MARKER), { format: FORMAT, secrets });
  });
  return secrets;
}

/** Deletes the folder and everything in it. Returns false if there was none. */
export function deleteDataDirectory(directory: string): boolean {
  const found = filesIn(directory);
  if (!found) return false;
  const isOurs = found.every((name) => name === MARKER + UNFINISHED) || found.includes(MARKER);
  if (!isOurs) {
    throw new DataDirectoryError(`${directory} is not an order saga's data folder; nothing was deleted.`);
  }
  changing(directory, () => rmSync(directory, { recursive: true }));
  return true;
}

/** One small record of the folder, kept in a file of its own; without a folder it is in memory. */
export type DataRecord<T> = { read(): T | undefined; write(content: T): void };

/** A record says which format it has; one written before that was said has the first. */
const Stamped = z.looseObject({ format: z.unknown().default(RECORD_FORMAT) });

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
      if (content === undefined) return undefined;
      const parsed = Stamped.safeParse(content);
      if (!parsed.success) throw damaged(directory, `${file} does not hold what it should`, parsed.error);
      const { format, ...rest } = parsed.data;
      if (format !== RECORD_FORMAT) throw otherVersion(directory, file, format, RECORD_FORMAT);
      const record = schema.safeParse(rest);
      if (record.success) return record.data;
      throw damaged(directory, `${file} does not hold what it should`, record.error);
    },
    write: (content) => changing(directory, () => replaceJson(file, { format: RECORD_FORMAT, ...content })),
  };
}

function recordInMemory<T>(): DataRecord<T> {
  let kept: T | undefined;
  return {
    read: () => kept,
    write(content) {
      kept = content;
    },
  };
}

/** The folder's stores cannot be opened: another process has them open, or they are damaged. */
export function unusable(directory: string, error: StateError): DataDirectoryError {
  if (!error.isInUse) return damaged(directory, error.message, error);
  return new DataDirectoryError(`${error.message}. Stop that one, or choose another folder with --data.`, {
    cause: error,
  });
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
    const what =
      cause instanceof SyntaxError ? "cannot be read as JSON" : `cannot be read (${codeOf(cause)})`;
    throw damaged(directory, `${file} ${what}`, cause);
  }
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
    throw new DataDirectoryError(
      `${directory} cannot be used (${codeOf(cause)}). See who owns it, or choose another folder with --data.`,
      { cause },
    );
  }
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
