// Parses JSON without rounding: a number that a double cannot hold keeps its text, as in EventBridge.
// Source: aws/event-ruler, ComparableNumber.
import { refuseDeepJson } from "../json-depth.ts";
import { isObject } from "./operators.ts";

type RawJson = { readonly rawJSON: string };
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
};
type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver?: Reviver) => unknown;

/**
 * Numbers with fewer digits and no exponent are always exact. The test looks only at positions of values, so
 * that ids that contain digits do not cost the slow parse.
 */
const MAYBE_INEXACT = /(?:^|[:[,\s])-?(?:[\d.]{16}|[\d.]+[eE][+-]?\d)/;

/** Like JSON.parse; JSON.stringify writes the result with the original numbers. */
export function parseExactly(text: string): unknown {
  refuseDeepJson(text);
  if (!MAYBE_INEXACT.test(text)) return parse(text);
  return parse(text, (_key, value, { source = "" }) =>
    typeof value === "number" && !isExact(value, source) ? rawJSON(source) : value,
  );
}

/** The text of a number that a double cannot hold. */
export function rawNumber(value: unknown): string | undefined {
  return isRawJSON(value) ? value.rawJSON : undefined;
}

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !isRawJSON(value);
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
