// Parses JSON without loss: a number is written again as it was, and compared as event-ruler compares it.
// Source: aws/event-ruler, ComparableNumber.
import { refuseDeepJson } from "../json-depth.ts";

type RawJson = { readonly rawJSON: string };
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
};
type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver?: Reviver) => unknown;

/**
 * Whole numbers of few digits are always written again as they were. The test looks only at positions of
 * values, so that ids that contain digits, and the colons of a time of day, do not cost the slow parse.
 */
const MAYBE_OTHERWISE = /(?:^|"\s*:|[[,])\s*(?:-0(?![.\d])|-?(?:\d{16}|\d+[.eE]))/;

/** Like JSON.parse; JSON.stringify writes the result with the original numbers. */
export function parseExactly(text: string): unknown {
  refuseDeepJson(text);
  if (!MAYBE_OTHERWISE.test(text)) return parse(text);
  return parse(text, (_key, value, { source = "" }) =>
    typeof value === "number" && String(value) !== source ? rawJSON(source) : value,
  );
}

/** The number of a text of JSON; raw if a double cannot hold it. */
export function numberOf(source: string): number | object {
  const value = Number(source);
  return isExact(value, source) ? value : rawJSON(source);
}

/** What is compared in place of a value of `parseExactly`: the number itself if a double can hold it. */
export const comparable = (value: unknown): unknown => (isRawJSON(value) ? numberOf(value.rawJSON) : value);

/** The text of a number that a double cannot hold. */
export function rawNumber(value: unknown): string | undefined {
  return isRawJSON(value) ? value.rawJSON : undefined;
}

export const isRawNumber = (value: unknown): value is object => isRawJSON(value);

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isRawJSON(value);
}

function isExact(value: number, source: string): boolean {
  return Number.isFinite(value) && decimal(String(value)) === decimal(source);
}

/** A canonical text: the significant digits and the power of ten. */
function decimal(text: string): string {
  const [, sign, whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
