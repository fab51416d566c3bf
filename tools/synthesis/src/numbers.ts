// Every number that the deployment gives to AWS, in inputs and in the JSON and the texts within them.
import type { Resource } from "./graph.ts";
import { account } from "./mocks.ts";
import { types } from "./types.ts";

export type Place = {
  /** As `notifications.*.threshold`: an item of a list is `*`, and JSON in a text begins with `$`. */
  path: string;
  value: number;
  /** As it is written: `2.0` is 2. */
  written: number | string;
  /** Puts another number in its place. */
  write(value: number | string): void;
};

/** What is drawn and what contracts describe: no number in them makes anything happen. */
const described: readonly string[] = [types.dashboard, types.schema];

export function numbersIn({ type, inputs }: Resource): Place[] {
  if (described.includes(type)) return [];
  return inValue("", inputs, () => {
    throw new Error("The inputs of a resource are no number.");
  });
}

type Write = (value: unknown) => void;

function inValue(path: string, value: unknown, write: Write): Place[] {
  if (typeof value === "number") return [{ path, value, written: value, write }];
  if (typeof value === "string") return inText(path, value, write);
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) =>
    inValue(join(path, Array.isArray(value) ? "*" : key), holder[key], (next) => {
      holder[key] = next;
    }),
  );
}

/** A text that is a number, a rate such as `rate(5 minutes)`, JSON, or a formula or pattern with numbers. */
function inText(path: string, text: string, write: Write): Place[] {
  if (text === account) return [];
  if (/(^|\.)(expression|pattern)$/.test(path)) return inFormula(path, text, write);
  if (/^[[{]/.test(text)) return inJson(path, text, write);
  const found = /^(rate\()?(\d+(?:\.\d+)?)( \w+\))?$/.exec(text);
  if (!found) return [];
  const [, before = "", written = "", after = ""] = found;
  const place = { path, value: Number(written), written };
  return [{ ...place, write: (value) => write(`${before}${value}${after}`) }];
}

function inFormula(path: string, text: string, write: Write): Place[] {
  return [...text.matchAll(/(?<!\w)\d+(\.\d+)?(?!\w)/g)].map(({ 0: found, index }) => ({
    path,
    value: Number(found),
    written: found,
    write: (value) => write(`${text.slice(0, index)}${value}${text.slice(index + found.length)}`),
  }));
}

function inJson(path: string, text: string, write: Write): Place[] {
  const holder: unknown = JSON.parse(text);
  return inValue(join(path, "$"), holder, () => undefined).map((place) => ({
    ...place,
    write(value) {
      place.write(value);
      write(JSON.stringify(holder));
    },
  }));
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
