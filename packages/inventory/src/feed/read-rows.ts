// Reads an uploaded file piece by piece, so that no more than a piece of it is ever in memory.
import { createHash } from "node:crypto";
import {
  type Header,
  isError,
  type Line,
  linesIn,
  type Row,
  type RowError,
  readHeader,
  readRow,
} from "./csv.ts";
import type { Place, Validation } from "./feed.ts";
import type { Files, FileVersion } from "./ports.ts";

const PIECE_BYTES = 1_000_000;

export type UploadedFile = FileVersion & { readonly bytes: number };

type Piece = { readonly lines: readonly Line[]; readonly bytes: Uint8Array };

/** Pieces of whole lines, from a place that begins a line. */
async function* piecesOf(files: Files, file: UploadedFile, from: Place): AsyncGenerator<Piece> {
  let { line, offset } = from;
  while (offset < file.bytes) {
    const bytes = await files.read(file, offset, PIECE_BYTES);
    const isEnd = offset + bytes.length >= file.bytes;
    const lines = linesIn(bytes, { offset, line, isEnd });
    const next = lines.at(-1)?.nextOffset ?? file.bytes;
    yield { lines, bytes: bytes.subarray(0, next - offset) };
    line += lines.length;
    offset = next;
  }
}

export type ReadRow = { readonly row: Row | RowError; readonly after: Place };

/** The rows from a place on, a piece at a time, each with the place after it. */
export async function* rowsFrom(
  files: Files,
  file: UploadedFile,
  { from, header }: { from: Place; header: Header },
): AsyncGenerator<readonly ReadRow[]> {
  for await (const { lines } of piecesOf(files, file, from)) {
    yield lines.flatMap(({ line, nextOffset, text }) => {
      const row = readRow(text, line, header);
      return row ? [{ row, after: { offset: nextOffset, line: line + 1 } }] : [];
    });
  }
}

export type Validated = (Validation & { readonly bad: number }) | undefined;

/**
 * Reads the whole file: its header, its hash, how many rows it has and how many of them are bad. `unknown`
 * counts the rows whose SKU the shop does not know. Undefined if the file is no stock feed.
 */
export async function validate(
  files: Files,
  file: UploadedFile,
  unknown: (rows: readonly Row[]) => Promise<number>,
): Promise<Validated> {
  const hash = createHash("sha256");
  let begin: Pick<Validation, "header" | "first"> | undefined;
  let rows = 0;
  let bad = 0;
  for await (const { bytes, lines } of piecesOf(files, file, { offset: 0, line: 1 })) {
    hash.update(bytes);
    const good: Row[] = [];
    for (const { line, nextOffset, text } of lines) {
      if (!begin) {
        const header = readHeader(text);
        if (!header) return undefined;
        begin = { header, first: { offset: nextOffset, line: line + 1 } };
        continue;
      }
      const row = readRow(text, line, begin.header);
      if (!row) continue;
      rows++;
      if (isError(row)) bad++;
      else good.push(row);
    }
    bad += await unknown(good);
  }
  return begin && { ...begin, rows, bad, sha256: hash.digest("hex") };
}

/** The hash of the whole file. */
export async function hashOf(files: Files, file: UploadedFile): Promise<string> {
  const hash = createHash("sha256");
  for (let offset = 0; offset < file.bytes; ) {
    const bytes = await files.read(file, offset, PIECE_BYTES);
    hash.update(bytes);
    offset += bytes.length;
  }
  return hash.digest("hex");
}
