// The range of bytes that a request asks for (RFC 9110, "Range Requests"; S3 answers one range at a time).
import { notImplemented, S3Error } from "./errors.ts";

/** `to` is the first byte after the range. */
export type Range = { readonly from: number; readonly to: number };

/** Undefined for the whole: without a range, or with one that is not understood. Throws InvalidRange. */
export function rangeIn(header: string | undefined, size: number): Range | undefined {
  if (header?.includes(",")) throw notImplemented("More than one range");
  const [whole, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (whole === undefined || (first === "" && last === "")) return undefined;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (from < to) return { from, to };
  const details = { RangeRequested: String(header), ActualObjectSize: String(size) };
  throw new S3Error("InvalidRange", undefined, { details });
}
