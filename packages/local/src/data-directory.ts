// The folder that keeps the runtime's state: recognised by a marker, so that no other folder is ever written or deleted.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MARKER = "order-saga.json";
const FORMAT = 1;

/** The folder cannot be used as it is; the message says why and what to do. Nothing in it was changed. */
export class DataDirectoryError extends Error {
  override readonly name = "DataDirectoryError";
}

/** The stage's secrets, made once and kept: order ids are derived from one of them. */
export type Secrets = { ORDER_ID_SECRET: string; STRIPE_API_KEY: string };

/** Opens the folder, or makes it. Without a folder everything is in memory and secrets last as long as the process. */
export function openDataDirectory(directory: string | undefined): Secrets {
  if (directory === undefined) return newSecrets();
  const marker = join(directory, MARKER);
  if (existsSync(marker)) return readMarker(marker);
  if (existsSync(directory) && readdirSync(directory).length > 0) {
    throw new DataDirectoryError(
      `${directory} holds files that are not an order saga's. Choose another folder with --data.`,
    );
  }
  mkdirSync(directory, { recursive: true });
  const secrets = newSecrets();
  writeFileSync(marker, `${JSON.stringify({ format: FORMAT, secrets }, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}

/** Deletes the folder and everything in it. Returns false if there was none. */
export function deleteDataDirectory(directory: string): boolean {
  if (!existsSync(directory)) return false;
  if (!existsSync(join(directory, MARKER)) && readdirSync(directory).length > 0) {
    throw new DataDirectoryError(`${directory} is not an order saga's data folder; nothing was deleted.`);
  }
  rmSync(directory, { recursive: true });
  return true;
}

function readMarker(marker: string): Secrets {
  const help = "Restore it, or start anew with `pnpm reset`.";
  let content: { format?: unknown; secrets?: Partial<Secrets> };
  try {
    content = JSON.parse(readFileSync(marker, "utf8"));
  } catch (cause) {
    throw new DataDirectoryError(`${marker} cannot be read as JSON. ${help}`, { cause });
  }
  if (content.format !== FORMAT) {
    throw new DataDirectoryError(
      `${marker} has format ${content.format}; this version reads ${FORMAT}. ${help}`,
    );
  }
  const { ORDER_ID_SECRET, STRIPE_API_KEY } = content.secrets ?? {};
  if (!ORDER_ID_SECRET || !STRIPE_API_KEY)
    throw new DataDirectoryError(`${marker} lacks its secrets. ${help}`);
  return { ORDER_ID_SECRET, STRIPE_API_KEY };
}

function newSecrets(): Secrets {
  return {
    ORDER_ID_SECRET: randomBytes(32).toString("hex"),
    STRIPE_API_KEY: `sk_test_local${randomBytes(12).toString("hex")}`,
  };
}
