// What differs between two JSON Schemas, each difference with its place and what it does to readers.
import { isDeepStrictEqual } from "node:util";
import {
  alternativesOf,
  asSchema,
  type Difference,
  escaped,
  isObject,
  listOf,
  propertiesOf,
  type Rooted,
  type Schema,
} from "./schema.ts";
import { compareValues } from "./values.ts";

export function differencesOf(before: Rooted, after: Rooted): Difference[] {
  // Most of two releases is the same, and so is what its references lead to.
  const isSame = isDeepStrictEqual(before.schema, after.schema);
  if (isSame && isDeepStrictEqual(componentsOf(before), componentsOf(after))) return [];
  return compare({ before, after, within: [] }, before.schema, after.schema, "");
}

const componentsOf = ({ document }: Rooted) => (document as { components?: object }).components;

/** Both documents, and the references that the comparison is within, so that a circle ends. */
type Comparing = { readonly before: Rooted; readonly after: Rooted; readonly within: readonly string[] };

function compare(given: Comparing, earlier: Schema, later: Schema, at: string): Difference[] {
  const pair = earlier.$ref === undefined ? "" : `${earlier.$ref} ${later.$ref}`;
  if (given.within.includes(pair)) return [];
  const comparing = pair === "" ? given : { ...given, within: [...given.within, pair] };
  const [olds, news] = [alternativesOf(given.before, earlier), alternativesOf(given.after, later)];
  const [old, now] = [olds[0], news[0]];
  if (olds.length === 1 && news.length === 1 && old && now) return one(comparing, old, now, at);
  return matched(comparing, olds, news, at);
}

function one(comparing: Comparing, old: Schema, now: Schema, at: string): Difference[] {
  const below = (keyword: string, place: string) =>
    isObject(old[keyword]) || isObject(now[keyword])
      ? compare(comparing, asSchema(old[keyword]), asSchema(now[keyword]), place)
      : [];
  const bothHaveOthers = isObject(old.additionalProperties) && isObject(now.additionalProperties);
  return [
    ...compareValues(old, now, at),
    ...fields(comparing, old, now, at),
    ...below("items", `${at}/0`),
    ...(bothHaveOthers ? below("additionalProperties", `${at}/*`) : []),
    ...below("propertyNames", `${at}/*`),
  ];
}

/** Each alternative beside the one that is most like it. */
function matched(
  comparing: Comparing,
  olds: readonly Schema[],
  news: readonly Schema[],
  at: string,
): Difference[] {
  const left = [...news];
  const differences = olds.flatMap((old): Difference[] => {
    const [best] = left
      .filter((now) => areAlike(old, now))
      .map((now) => ({ now, found: one(comparing, old, now, at) }))
      .sort((a, b) => a.found.length - b.found.length);
    if (!best) return [{ at, kind: "narrower", what: `may not be ${nameOf(old)} any more` }];
    left.splice(left.indexOf(best.now), 1);
    return best.found;
  });
  const added = left.map((now): Difference => ({ at, kind: "wider", what: `may also be ${nameOf(now)}` }));
  return [...differences, ...added];
}

function fields(comparing: Comparing, old: Schema, now: Schema, at: string): Difference[] {
  const [had, has] = [propertiesOf(old), propertiesOf(now)];
  const isNeeded = (schema: Schema, name: string) => listOf(schema.required).includes(name);
  const added = Object.keys(has).filter((name) => !Object.hasOwn(had, name));
  const renamed =
    added.length > 0 ? `, and \`${added.join("`, `")}\` is new: a field renamed is a field gone` : "";
  const kept = Object.entries(had).flatMap(([name, schema]): Difference[] => {
    const place = `${at}/${escaped(name)}`;
    const later = has[name];
    const [was, is] = [isNeeded(old, name), isNeeded(now, name)];
    if (!later)
      return was
        ? [{ at: place, kind: "required field gone", what: `is gone, which readers need${renamed}` }]
        : [{ at: place, kind: "field gone", what: `is gone${renamed}` }];
    // What was never left out may have any default.
    const inside = compare(comparing, schema, later, place).filter(
      ({ at, kind }) => !(was && kind === "default" && at === place),
    );
    if (was === is) return inside;
    return is
      ? [{ at: place, kind: "now required", what: "was optional, and is required" }, ...inside]
      : [{ at: place, kind: "now optional", what: "was required, and may be left out" }, ...inside];
  });
  const fresh = added.map((name): Difference => {
    const place = `${at}/${escaped(name)}`;
    return isNeeded(now, name)
      ? { at: place, kind: "required field added", what: "is new and required" }
      : { at: place, kind: "field added", what: "is new and optional" };
  });
  return [...kept, ...fresh];
}

/** Two alternatives can be one that has changed: the same type, and no constant that tells them apart. */
function areAlike(a: Schema, b: Schema): boolean {
  if (a.type !== b.type) return false;
  const constants = (schema: Schema) =>
    Object.entries(propertiesOf(schema)).filter(([, { const: value }]) => value !== undefined);
  const others = new Map(constants(b));
  return constants(a).every(([name, { const: value }]) => (others.get(name)?.const ?? value) === value);
}

const nameOf = (schema: Schema): string =>
  String(
    schema.title ?? (schema.properties ? Object.keys(propertiesOf(schema)).join(" with ") : schema.type),
  );
