// What differs between two schemas of one type: values, bounds, formats, patterns, defaults and meaning.
import { unitsIn } from "./meaning.ts";
import { comparePatterns } from "./patterns.ts";
import type { Difference, Kind, Schema } from "./schema.ts";

/** The differences of this schema alone; fields and items have their own. */
export function compareValues(old: Schema, now: Schema, at: string): Difference[] {
  const type = ofType(old, now, at);
  // A value of another type has no bound in common with what it was.
  if (type?.kind === "other") return [type];
  return [
    ...(type ? [type] : []),
    ...choices(old, now, at),
    ...bounds(old, now, at),
    ...pattern(old, now, at),
    ...constraint(old, now, at, "format"),
    ...openness(old, now, at),
    ...meaning(old, now, at),
    ...unknown(old, now, at),
  ];
}

function ofType(old: Schema, now: Schema, at: string): Difference | undefined {
  const [was, is] = [old.type, now.type].map((type) => (type === undefined ? "anything" : String(type)));
  if (was === is) return undefined;
  const isWider = is === "anything" || (was === "integer" && is === "number");
  const isNarrower = was === "anything" || (was === "number" && is === "integer");
  const kind = isWider ? "wider" : isNarrower ? "narrower" : "other";
  return { at, kind, what: `was ${was}, and is ${is}` };
}

function choices(old: Schema, now: Schema, at: string): Difference[] {
  const [had, has] = [choicesOf(old), choicesOf(now)];
  if (!had && !has) return [];
  if (!had) return [{ at, kind: "narrower", what: `may only be ${quoted(has ?? [])}` }];
  if (!has) return [{ at, kind: "wider", what: `may be more than ${quoted(had)}` }];
  const [added, gone] = [
    has.filter((each) => !had.includes(each)),
    had.filter((each) => !has.includes(each)),
  ];
  const isExpected = now["x-extensible-enum"] === true;
  return [
    ...(gone.length > 0
      ? [{ at, kind: "narrower" as const, what: `may not be ${quoted(gone)} any more` }]
      : []),
    ...(added.length > 0
      ? [
          {
            at,
            kind: "wider" as const,
            what: `may also be ${quoted(added)}`,
            ...(isExpected && { isExpected }),
          },
        ]
      : []),
  ];
}

const choicesOf = ({ const: constant, enum: several }: Schema): string[] | undefined =>
  constant !== undefined
    ? [JSON.stringify(constant)]
    : Array.isArray(several)
      ? several.map((each) => JSON.stringify(each))
      : undefined;
const quoted = (values: readonly string[]) =>
  values.map((each) => `\`${each.replace(/^"|"$/g, "")}\``).join(", ");

const least = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
const most = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];

function bounds(given: Schema, later: Schema, at: string): Difference[] {
  const [old, now] = [inclusive(given), inclusive(later)];
  const sided = (keyword: string, limit: number, sign: 1 | -1): Difference[] => {
    const [was, is] = [old[keyword], now[keyword]].map((value) => Number(value ?? limit));
    if (was === undefined || is === undefined || was === is) return [];
    const kind: Kind = (is - was) * sign > 0 ? "narrower" : "wider";
    return [
      { at, kind, what: `had the ${keyword} ${old[keyword] ?? "none"}, and has ${now[keyword] ?? "none"}` },
    ];
  };
  return [
    ...least.flatMap((keyword) => sided(keyword, Number.NEGATIVE_INFINITY, 1)),
    ...most.flatMap((keyword) => sided(keyword, Number.POSITIVE_INFINITY, -1)),
    ...multiples(old, now, at),
    ...constraint(old, now, at, "uniqueItems"),
  ];
}

/** An integer above 0 is one from 1 on; no length is below 0. */
function inclusive(schema: Schema): Schema {
  const { exclusiveMaximum: below, exclusiveMinimum: above, ...rest } = schema;
  if (schema.type === "integer")
    return {
      ...rest,
      ...(typeof above === "number" && { minimum: Math.max(above + 1, Number(rest.minimum ?? above)) }),
      ...(typeof below === "number" && { maximum: Math.min(below - 1, Number(rest.maximum ?? below)) }),
    };
  const empty = ["minLength", "minItems", "minProperties"].filter((keyword) => schema[keyword] === 0);
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !empty.includes(keyword)));
}

function multiples(old: Schema, now: Schema, at: string): Difference[] {
  const [was, is] = [old.multipleOf, now.multipleOf];
  if (was === is) return [];
  const isStricter = was === undefined || Number(is) % Number(was) === 0;
  const isLooser = is === undefined || Number(was) % Number(is) === 0;
  const kind = isStricter ? "narrower" : isLooser ? "wider" : "other";
  return [{ at, kind, what: `was a multiple of ${was ?? "anything"}, and is one of ${is ?? "anything"}` }];
}

function pattern(old: Schema, now: Schema, at: string): Difference[] {
  const [was, is] = [old.pattern, now.pattern];
  if (typeof was !== "string" || typeof is !== "string") return constraint(old, now, at, "pattern");
  const found = comparePatterns(was, is);
  if (found === "same") return [];
  const what = `had the pattern ${was}, and has ${is}${found ? "" : ", which cannot be compared"}`;
  return [{ at, kind: found ?? "other", what }];
}

/** What narrows if it is there, and says something else if it is another. */
function constraint(old: Schema, now: Schema, at: string, keyword: string): Difference[] {
  const [was, is] = [old[keyword] || undefined, now[keyword] || undefined];
  if (was === is) return [];
  if (is === undefined) return [{ at, kind: "wider", what: `had the ${keyword} ${was}, and has none` }];
  if (was === undefined) return [{ at, kind: "narrower", what: `had no ${keyword}, and has ${is}` }];
  return [{ at, kind: "other", what: `had the ${keyword} ${was}, and has ${is}` }];
}

/** Whether an object may have fields that its schema does not name. */
function openness(old: Schema, now: Schema, at: string): Difference[] {
  const rank = (value: unknown) => (value === false ? 0 : typeof value === "object" ? 1 : 2);
  const [was, is] = [rank(old.additionalProperties), rank(now.additionalProperties)];
  if (was === is) return [];
  return is < was
    ? [{ at, kind: "narrower", what: "may not have fields any more that are not named here" }]
    : [{ at, kind: "wider", what: "may also have fields that are not named here" }];
}

function meaning(old: Schema, now: Schema, at: string): Difference[] {
  const [had, has] = [unitsIn(old), unitsIn(now)];
  const isOther = had.length > 0 && has.length > 0 && had.join() !== has.join();
  return [
    ...(isOther
      ? [{ at, kind: "meaning" as const, what: `was in ${had.join(", ")}, and is in ${has.join(", ")}` }]
      : []),
    ...defaults(old, now, at),
    ...(!isOther && old.description !== now.description
      ? [{ at, kind: "wording" as const, what: "is described in other words" }]
      : []),
  ];
}

function defaults({ default: was }: Schema, { default: is }: Schema, at: string): Difference[] {
  const [had, has] = [JSON.stringify(was), JSON.stringify(is)];
  if (had === has) return [];
  if (had === undefined) return [{ at, kind: "default", what: `is ${has} now where it is left out` }];
  return [{ at, kind: "meaning", what: `had the default ${had}, and has ${has ?? "none"}` }];
}

const known = new Set(
  [
    ...["type", "const", "enum", "pattern", "format", "uniqueItems", "multipleOf", "default", "description"],
    ...["properties", "required", "items", "additionalProperties", "propertyNames", "title", "example"],
    ...[
      "examples",
      "deprecated",
      "$id",
      "$schema",
      "$comment",
      "x-extensible-enum",
      "x-unit",
      "contentEncoding",
    ],
  ].concat(least, most),
);

/** A keyword that this comparison does not know is only right if it has not changed. */
function unknown(old: Schema, now: Schema, at: string): Difference[] {
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((keyword) => !known.has(keyword) && JSON.stringify(old[keyword]) !== JSON.stringify(now[keyword]))
    .map((keyword) => ({ at, kind: "other", what: `has another ${keyword}, which cannot be compared` }));
}
