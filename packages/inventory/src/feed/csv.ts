// Reads a stock feed's lines: a header that says delta or level, then a SKU and a number in each row.
import { Sku } from "@order-saga/contracts";

/** What a feed's second column means: a change of what is available, or what is available from now on. */
export type Column = "delta" | "level";
export type Header = { readonly column: Column; readonly delimiter: "," | ";" };

export type Row = { readonly line: number; readonly sku: string; readonly value: number };
export type RowError = { readonly line: number; readonly sku?: string; readonly reason: ErrorReason };

export type ErrorReason =
  | "columns"
  | "malformed_sku"
  | "not_an_integer"
  | "out_of_range"
  | "line_too_long"
  | "unknown_sku"
  | "below_zero";

/** Longer than any row of a SKU of 64 characters and a number, with room for quotes and spaces. */
export const MAXIMUM_LINE_BYTES = 1024;
const MAXIMUM_VALUE = 1_000_000;

/**
 * The header, or undefined if this is no stock feed. Excel writes semicolons where a comma is a decimal, and
 * a byte order mark, which is white space that a field is trimmed of.
 */
export function readHeader(line: string): Header | undefined {
  for (const delimiter of [",", ";"] as const) {
    const fields = fieldsOf(line, delimiter);
    if (fields?.[0].toLowerCase() !== "sku") continue;
    const column = fields[1].toLowerCase();
    if (column === "delta" || column === "level") return { column, delimiter };
  }
  return undefined;
}

/** One row, why it is none, or undefined for an empty line. */
export function readRow(
  text: string,
  line: number,
  { column, delimiter }: Header,
): Row | RowError | undefined {
  if (text.trim() === "") return undefined;
  if (Buffer.byteLength(text) > MAXIMUM_LINE_BYTES) return { line, reason: "line_too_long" };
  const fields = fieldsOf(text, delimiter);
  if (!fields) return { line, reason: "columns" };
  const [sku, number] = fields;
  if (!Sku.safeParse(sku).success) return { line, reason: "malformed_sku" };
  if (!/^[+-]?\d+$/.test(number)) return { line, sku, reason: "not_an_integer" };
  const value = Number(number);
  if (Math.abs(value) > MAXIMUM_VALUE) return { line, sku, reason: "out_of_range" };
  if (column === "level" && value < 0) return { line, sku, reason: "below_zero" };
  return { line, sku, value };
}

export const isError = (row: Row | RowError): row is RowError => "reason" in row;

/** RFC 4180 without line breaks in quotes; undefined if they are not two, or the quotes do not match. */
function fieldsOf(text: string, delimiter: string): [string, string] | undefined {
  const fields: string[] = [];
  for (const field of text.split(delimiter)) {
    const trimmed = field.trim();
    if (!trimmed.includes('"')) fields.push(trimmed);
    else if (/^"(?:[^"]|"")*"$/.test(trimmed)) fields.push(trimmed.slice(1, -1).replaceAll('""', '"').trim());
    else return undefined;
  }
  return fields.length === 2 ? (fields as [string, string]) : undefined;
}

export type Line = { readonly text: string; readonly line: number; readonly nextOffset: number };

/**
 * The whole lines of a piece of the file that begins at `offset` with line `line`. What is after the last
 * line break belongs to the next piece, unless the piece is the file's end. A piece without a line break that
 * is not the end is one line that is too long: it is cut at the piece's end.
 */
export function linesIn(
  piece: Uint8Array,
  { isEnd, line, offset }: { offset: number; line: number; isEnd: boolean },
): Line[] {
  const lines: Line[] = [];
  let from = 0;
  let number = line;
  while (from < piece.length) {
    const end = piece.indexOf(LINE_FEED, from);
    if (end < 0 && !isEnd && lines.length > 0) break;
    const to = end < 0 ? piece.length : end;
    const next = end < 0 ? to : end + 1;
    const text = Buffer.from(piece.subarray(from, Math.min(to, from + 2 * MAXIMUM_LINE_BYTES))).toString(
      "utf8",
    );
    lines.push({ text: text.replace(/\r$/, ""), line: number++, nextOffset: offset + next });
    from = next;
  }
  return lines;
}

const LINE_FEED = 0x0a;
