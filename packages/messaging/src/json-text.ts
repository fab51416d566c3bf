// Reads a body's text as JSON: says where it is none, and bounds its depth before anything looks into it.
import { pointerTo } from "./field-errors.ts";

/** Far more than any body of ours has: what is given a value may recurse on it, and a stack ends. */
const MAXIMUM_DEPTH = 32;
/** Of one list or one object; twice the longest of ours, a bulk's. Each may be an error to be told. */
const MAXIMUM_MEMBERS = 1000;

export type Flaw = {
  kind: "syntax" | "depth" | "members";
  /** Where it is, in UTF-16 units from the text's beginning. */
  offset: number;
  /** The list or the object that is too deep or too long, as far as its place may be told. */
  pointer: string;
};

/** A list or an object that has not ended, and how far it has been read. */
type Container = { readonly closes: "]" | "}"; members: number; key: string };

const space = /[\t\n\r ]*/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const plainText = /[ !#-[\]-\uffff]*/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** The first flaw of the text, found in one pass; undefined for what JSON.parse reads. */
export function flawIn(text: string): Flaw | undefined {
  const open: Container[] = [];
  const flaw = (kind: Flaw["kind"], offset: number): Flaw => ({ kind, offset, pointer: placeOf(open) });
  let at = end(space, text, 0);
  /** True where a value has ended; then a comma or the container's end must follow. */
  let isAfterValue = false;
  while (true) {
    const inside = open.at(-1);
    if (isAfterValue && !inside) return at === text.length ? undefined : flaw("syntax", at);
    // Here it has just begun, or a value in it has ended; what follows a comma is read below.
    if (inside && text[at] === inside.closes) {
      open.pop();
      at = end(space, text, at + 1);
      isAfterValue = true;
      continue;
    }
    if (inside && isAfterValue) {
      if (text[at] !== ",") return flaw("syntax", at);
      if (inside.members >= MAXIMUM_MEMBERS) return flaw("members", at);
      at = end(space, text, at + 1);
    }
    if (inside) inside.members++;
    if (inside?.closes === "}") {
      const key = stringAt(text, at);
      if (!key.isWhole) return flaw("syntax", key.end);
      inside.key = text.slice(at, key.end);
      at = end(space, text, key.end);
      if (text[at] !== ":") return flaw("syntax", at);
      at = end(space, text, at + 1);
    }
    isAfterValue = text[at] !== "[" && text[at] !== "{";
    if (isAfterValue) {
      const value = text[at] === '"' ? stringAt(text, at) : scalarAt(text, at);
      if (!value.isWhole) return flaw("syntax", value.end);
      at = end(space, text, value.end);
      continue;
    }
    if (open.length === MAXIMUM_DEPTH) return flaw("depth", at);
    open.push({ closes: text[at] === "[" ? "]" : "}", members: 0, key: "" });
    at = end(space, text, at + 1);
  }
}

/** Where what the pattern takes from here ends: here, if it takes nothing. */
function end(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function scalarAt(text: string, at: number) {
  const ends = end(scalar, text, at);
  return { end: ends, isWhole: ends > at };
}

function stringAt(text: string, at: number) {
  if (text[at] !== '"') return { end: at, isWhole: false };
  let place = end(plainText, text, at + 1);
  while (text[place] === "\\") {
    const next = end(escaped, text, place);
    if (next === place) break;
    place = end(plainText, text, next);
  }
  return text[place] === '"' ? { end: place + 1, isWhole: true } : { end: place, isWhole: false };
}

function placeOf(open: readonly Container[]): string {
  return pointerTo(
    open.map(({ closes, key, members }) =>
      closes === "]" ? Math.max(0, members - 1) : JSON.parse(key || '""'),
    ),
  );
}

/** Such as `line 1, column 33`: of the text's lines, and of the characters before it in its line. */
export function placeIn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split("\n");
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
