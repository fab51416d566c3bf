// The file that keeps every line the functions log; a saga goes on without it, and says so once.
import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { join } from "node:path";

/** Makes `functions.ndjson` at the first line: only then has the start checked that the folder is its own. */
export function createLogFile(folder: string, onWarning: (message: string) => void): (line: string) => void {
  let stream: WriteStream | undefined;
  let isLost = false;
  const giveUp = (error: unknown) => {
    if (isLost) return;
    isLost = true;
    const code = error instanceof Error && "code" in error ? error.code : error;
    onWarning(`${folder} cannot be written (${code}), so what the functions log is not kept.`);
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
  mkdirSync(folder, { recursive: true });
  return createWriteStream(join(folder, "functions.ndjson"), { flags: "a" });
}
