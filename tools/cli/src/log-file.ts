// The file that keeps every line the functions log; a saga goes on without it, and says so once.
import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";
import { makePrivateFolder, openPrivate, refusedBySystem } from "@order-saga/emulator/private-files";

/** A file that could not be written is tried again after so long: a full disk may have room by then. */
const TRY_AGAIN_MILLISECONDS = 5000;

/** While the file cannot be written: until when it is not tried again, and how many lines it lacks. */
type Lack = { until: number; lines: number };

/** Makes `functions.ndjson` at the first line: only then has the start checked that the folder is its own. */
export function createLogFile(
  folder: string,
  onWarning: (message: string) => void,
  now: () => number,
): (line: string) => void {
  let stream: WriteStream | undefined;
  let lack: Lack | undefined;
  const giveUp = (error: unknown, lines: number) => {
    stream = undefined;
    if (!lack) onWarning(`${folder} ${whyNot(error)}. What the functions log is not kept.`);
    lack = { until: now() + TRY_AGAIN_MILLISECONDS, lines: (lack?.lines ?? 0) + lines };
  };
  const written = () => {
    if (lack) onWarning(`${folder} is written again; the functions' log lacks ${lack.lines} lines.`);
    lack = undefined;
  };
  function write(line: string): void {
    const isFirst = stream === undefined;
    stream ??= open(folder);
    const own = stream;
    // The callback of each line tells of its failure.
    if (isFirst) own.on("error", () => {});
    // A line that was torn by a full disk ends here.
    own.write(lack && isFirst ? `\n${line}\n` : `${line}\n`, (error) => {
      if (!error) return written();
      if (stream === own) giveUp(error, 1);
      else if (lack) lack.lines++;
    });
  }
  return (line) => {
    if (lack && now() < lack.until) {
      lack.lines++;
      return;
    }
    try {
      write(line);
    } catch (error) {
      giveUp(error, 1);
    }
  };
}

function whyNot(error: unknown): string {
  const { code = error } = Object(error) as { code?: unknown };
  return refusedBySystem(error) ?? `cannot be written (${code})`;
}

function open(folder: string): WriteStream {
  makePrivateFolder(folder);
  const file = join(folder, "functions.ndjson");
  return createWriteStream(file, { fd: openPrivate(file) });
}
