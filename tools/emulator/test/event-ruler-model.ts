// Which events a pattern matches, written from event-ruler's README and the user guide alone, as short as
// it can be and however slow: what src/eventbridge is compared with.
import { BlockList, isIP } from "node:net";

/** JSON as it is written: a number keeps its text, an object its keys in order, even one it has twice. */
export type Json =
  | { text: string }
  | { number: string }
  | { word: "true" | "false" | "null" }
  | { list: readonly Json[] }
  | { object: readonly (readonly [key: string, value: Json])[] };

export function write(json: Json): string {
  if ("text" in json) return JSON.stringify(json.text);
  if ("number" in json) return json.number;
  if ("word" in json) return json.word;
  if ("list" in json) return `[${json.list.map(write).join()}]`;
  return `{${json.object.map(([key, value]) => `${JSON.stringify(key)}:${write(value)}`).join()}}`;
}

/** A value of an event, and which element of each list on its way it stands in. */
type Field = { path: string; value: Json; elements: readonly string[] };

/** README, "JSON Array Matching": only the leaves are fields; a plain value of a list is in no element. */
function fieldsOf(json: Json, path = "", elements: readonly string[] = [], place = ""): Field[] {
  if ("object" in json)
    return json.object.flatMap(([key, value], index) =>
      fieldsOf(value, path === "" ? key : `${path}.${key}`, elements, `${place}/${index}`),
    );
  if ("list" in json)
    return json.list.flatMap((value, index) => {
      const inElement = "object" in value || "list" in value;
      const at = `${place}[${index}`;
      return fieldsOf(value, path, inElement ? [...elements, at] : elements, at);
    });
  return [{ path, value: json, elements }];
}

/** README, "Or relationship": each way to meet every $or, with the list that counts at each path. */
function waysOf(pattern: Json, path = "", before: readonly Map<string, Json>[] = [new Map()]) {
  if (!("object" in pattern)) throw new Error("A pattern is an object.");
  let ways = before;
  for (const [key, value] of pattern.object) {
    const at = path === "" ? key : `${path}.${key}`;
    if (key === "$or" && "list" in value) {
      const each = ways;
      ways = value.list.flatMap((way): readonly Map<string, Json>[] => waysOf(way, path, each));
    } else if ("object" in value) ways = waysOf(value, at, ways);
    else ways = ways.map((way) => new Map(way).set(at, value));
  }
  return ways;
}

export function matches(pattern: Json, event: Json): boolean {
  const fields = fieldsOf(event);
  return waysOf(pattern).some((way) =>
    meets(
      [...way].sort(([a], [b]) => (a < b ? -1 : 1)),
      fields,
      [],
    ),
  );
}

/** Path by path, in their order; values in different elements of one list do not go together. */
function meets(
  wanted: readonly (readonly [string, Json])[],
  fields: readonly Field[],
  chosen: readonly string[],
): boolean {
  const [first, ...rest] = wanted;
  if (!first) return true;
  const [path, tests] = first;
  const list = "list" in tests ? tests.list : [];
  const possible = fields.filter((field) => field.path === path && goTogether(field.elements, chosen));
  if (possible.length === 0) return list.some(isAbsence) && meets(rest, fields, chosen);
  return possible.some(
    ({ value, elements }) =>
      list.some((test) => passes(test, value)) && meets(rest, fields, [...chosen, ...elements]),
  );
}

const listOf = (element: string) => element.slice(0, element.lastIndexOf("["));
const goTogether = (a: readonly string[], b: readonly string[]) =>
  a.every((one) => b.every((other) => listOf(one) !== listOf(other) || one === other));

const isAbsence = (test: Json) =>
  "object" in test && test.object[0]?.[0] === "exists" && write(test.object[0][1]) === "false";

function passes(test: Json, value: Json): boolean {
  if (!("object" in test)) return isSame(test, value);
  const [operator = "", operand = test] = test.object[0] ?? [];
  return operate(operator, operand, value);
}

function operate(operator: string, operand: Json, value: Json): boolean {
  const text = "text" in value ? value.text : undefined;
  const inner = "object" in operand ? operand.object[0] : undefined;
  const wanted = "text" in operand ? operand.text : inner && "text" in inner[1] ? inner[1].text : "";
  switch (operator) {
    case "exists":
      return write(operand) === "true";
    case "exactly":
      return text === wanted;
    case "prefix":
      return text !== undefined && begins([...text], [...wanted], inner !== undefined);
    case "suffix":
      return text !== undefined && begins([...text].reverse(), [...wanted].reverse(), inner !== undefined);
    case "equals-ignore-case":
      return text !== undefined && text.length === wanted.length && begins([...text], [...wanted], true);
    case "wildcard":
      return text !== undefined && isLike([...wanted], [...text]);
    case "numeric":
      return "number" in value && "list" in operand && isWithin(operand.list, Number(value.number));
    case "cidr":
      return text !== undefined && isIn(wanted, text);
    case "anything-but": {
      const [name, unwanted] = inner ?? ["same", operand];
      const all = "list" in unwanted ? unwanted.list : [unwanted];
      return !all.some((each) => (name === "same" ? isEqual(each, value) : operate(name, each, value)));
    }
    default:
      throw new Error(`There is no ${operator}.`);
  }
}

/** An address is the same in any way it can be written. */
const isSame = (a: Json, b: Json) =>
  isEqual(a, b) ||
  ("text" in a &&
    "text" in b &&
    isIP(a.text) > 0 &&
    isIn(`${a.text}/${isIP(a.text) === 4 ? 32 : 128}`, b.text));

/** Numbers are the same however they are written. */
const isEqual = (a: Json, b: Json) =>
  "number" in a && "number" in b ? Number(a.number) === Number(b.number) : write(a) === write(b);

function begins(text: readonly string[], wanted: readonly string[], isAnyCase: boolean): boolean {
  return wanted.every((character, index) => {
    const given = text[index];
    return given === character || (isAnyCase && given?.toLowerCase() === character.toLowerCase());
  });
}

/** By all ways in which the first star can stand for characters. */
function isLike([first, ...rest]: readonly string[], text: readonly string[]): boolean {
  if (first === undefined) return text.length === 0;
  if (first === "*") return text.some((_, index) => isLike(rest, text.slice(index))) || isLike(rest, []);
  const [literal, ...after] = first === "\\" ? rest : [first, ...rest];
  return text[0] === literal && isLike(after, text.slice(1));
}

function isWithin([operator, bound, ...more]: readonly Json[], value: number): boolean {
  if (!operator || !bound || !("text" in operator) || !("number" in bound)) return true;
  const than = Number(bound.number);
  const holds = {
    "=": value === than,
    "<": value < than,
    "<=": value <= than,
    ">": value > than,
    ">=": value >= than,
  };
  return holds[operator.text as keyof typeof holds] && isWithin(more, value);
}

function isIn(cidr: string, address: string): boolean {
  const [net = "", length = ""] = cidr.split("/");
  const family = (text: string) => (isIP(text) === 4 ? "ipv4" : "ipv6");
  if (isIP(address) === 0 || family(net) !== family(address)) return false;
  const block = new BlockList();
  block.addSubnet(net, Number(length), family(net));
  return block.check(address, family(address));
}
