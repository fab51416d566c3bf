// What a query or a scan shows of its items (DynamoDB API: Query, "Select").
import { invalid, invalidValues } from "./errors.ts";
import type { Expressions } from "./expressions/index.ts";
import { attributesIn } from "./expressions/paths.ts";
import { type Input, optionalWord } from "./input.ts";
import type { Index } from "./table-registry.ts";

export type Select = "SPECIFIC_ATTRIBUTES" | "COUNT" | "ALL_ATTRIBUTES" | "ALL_PROJECTED_ATTRIBUTES";

/** Throws a DynamoFailure for words that contradict each other; a query's has AWS's longer message. */
export function selectIn(operation: "Query" | "Scan", input: Input): Select | undefined {
  const select = optionalWord<Select>(input, "Select", [
    "SPECIFIC_ATTRIBUTES",
    "COUNT",
    "ALL_ATTRIBUTES",
    "ALL_PROJECTED_ATTRIBUTES",
  ]);
  const problem = select && contradiction(select, input);
  if (problem === undefined) return select;
  throw invalid(operation === "Query" ? `1 validation error detected: ${problem}` : problem);
}

function contradiction(select: Select, { IndexName, ProjectionExpression }: Input): string | undefined {
  if (select === "SPECIFIC_ATTRIBUTES")
    return ProjectionExpression == null
      ? "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
      : undefined;
  if (ProjectionExpression != null)
    return `Cannot specify the ProjectionExpression when choosing to get ${select === "COUNT" ? "only the Count" : select}`;
  if (select === "ALL_PROJECTED_ATTRIBUTES" && IndexName == null)
    return "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName";
  return undefined;
}

/** True if the items must be fetched from the table; a global index cannot do that, and throws. */
export function isBeyond(
  { isLocal, name, shows }: Index,
  select: Select | undefined,
  { filter, projection = [] }: Pick<Expressions, "filter" | "projection">,
): boolean {
  if (!shows) return false;
  const lacking = (names: Iterable<string>) => [...new Set(names)].filter((each) => !shows.has(each));
  const filtered = filter ? lacking(attributesIn(filter)) : [];
  if (filtered.length > 0)
    throw invalidValues(
      `Secondary index ${name} does not project one or more filter attributes: [${filtered.toSorted().join(", ")}]`,
    );
  const asked = lacking(projection.map(([attribute]) => attribute));
  if (isLocal) return select === "ALL_ATTRIBUTES" || asked.length > 0;
  if (select === "ALL_ATTRIBUTES")
    throw invalidValues(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${name} because its projection type is not ALL`,
    );
  if (asked.length > 0)
    throw invalidValues(`Global secondary index ${name} does not project [${asked.join(", ")}]`);
  return false;
}
