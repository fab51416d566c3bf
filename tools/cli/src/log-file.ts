// The file that keeps every line the functions log; a saga goes on without it, and says so once.
import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";
import { makePrivateFolder, openPrivate, refusedBySystem } from "@order-saga/emulator/private-files";

/** Makes `functions.ndjson` at the first line: only then has the start checked that the folder is its own. */
export function createLogFile(folder: string, onWarning: (message: string) => void): (line: string) => void {
  let stream: WriteStream | undefined;
  let isLost = false;
  const giveUp = (error: unknown) => {
    if (isLost) return;
    isLost = true;
    const { code = error } = Object(error) as { code?: unknown };
    const why = refusedBySystem(error) ?? `cannot be written (${code})`;
    onWarning(`${folder} ${why}. What the functions log is not kept.`);
  };
  return (line) => {
    if (isLost) return;
    try {
      stream ??= open(folder).on("error", giveUp);
      stream.write(`${line}\n`);
    } catch (error) {
      giveUp(error);
    }
  };
}

function open(folder: string): WriteStream {
  makePrivateFolder(folder);
  const file = join(folder, "functions.ndjson");
  return createWriteStream(file, { fd: openPrivate(file) });
}
