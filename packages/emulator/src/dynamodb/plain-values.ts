// Attribute values as clients write them nearly always: whatever dynalite would check of them, it would find and change nothing.

/** As dynalite would write it again, with fewer digits than it refuses. */
const CANONICAL_INTEGER = /^(0|-?[1-9][0-9]{0,36})$/;

/** One type, and of that type; false leaves it to dynalite to say what is wrong, or to bring it into its form. */
export function isPlainValue(value: unknown): boolean {
  const type = onlyKeyOf(value);
  if (type === undefined) return false;
  const content = (value as Record<string, unknown>)[type];
  switch (type) {
    case "S":
      return typeof content === "string";
    case "N":
      return typeof content === "string" && CANONICAL_INTEGER.test(content);
    case "BOOL":
      return typeof content === "boolean";
    case "NULL":
      return content === true;
    case "M":
      return isPlainMap(content);
    case "L":
      return Array.isArray(content) && content.every(isPlainValue);
    default:
      return false;
  }
}

function isPlainMap(map: unknown): map is Record<string, unknown> {
  if (typeof map !== "object" || map === null || Array.isArray(map)) return false;
  // dynalite takes this name for something else; JSON may have it.
  if (Object.hasOwn(map, "__proto__")) return false;
  for (const name in map) if (!isPlainValue((map as Record<string, unknown>)[name])) return false;
  return true;
}

function onlyKeyOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const [type, ...others] = Object.keys(value);
  return others.length === 0 ? type : undefined;
}

/** Where a request has attribute values by name. */
const mapsOfValues = ["Item", "Key", "ExpressionAttributeValues"];

/** A request in two: the maps all of whose values are plain, and everything else. */
export function withoutPlainValues(input: Record<string, unknown>, types: object) {
  const plain: Record<string, unknown> = {};
  const rest = { ...input };
  for (const name of mapsOfValues) {
    if (!Object.hasOwn(types, name) || !isPlainMap(input[name])) continue;
    plain[name] = input[name];
    delete rest[name];
  }
  return { plain, rest };
}
