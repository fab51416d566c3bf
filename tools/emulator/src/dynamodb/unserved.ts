// The parameters that DynamoDB has and this engine has nothing behind: refused, not forgotten.
import { invalid } from "./errors.ts";
import { type Input, isMap, mapsIn, optionalMap, refuseReplaced } from "./input.ts";

const replicas = ["GlobalTableSettingsReplicationMode", "VectorIndexes", "VectorIndexUpdates"];
const unserved: Readonly<Record<string, readonly string[]>> = {
  // Tags come on one page, so no token was ever given.
  ListTagsOfResource: ["NextToken"],
  CreateTable: ["GlobalTableSourceArn", "OnDemandThroughput", "ResourcePolicy", ...replicas],
  UpdateTable: [
    "DisassociationProtectionEnabled",
    "GlobalTableWitnessUpdates",
    "MultiRegionConsistency",
    "OnDemandThroughput",
    "ReplicaUpdates",
    ...replicas,
  ],
};

/** Parameters that may be given with the word that asks for nothing. */
const nothingBy = Object.entries({ ReturnConsumedCapacity: "NONE", ReturnItemCollectionMetrics: "NONE" });

/** Parameters that may be given to say that the feature stays off. */
const switches = Object.entries({ SSESpecification: "Enabled", StreamSpecification: "StreamEnabled" });

/** Throws a DynamoFailure that names the parameter. */
export function refuseUnserved(operation: string, input: Input): void {
  for (const name of unserved[operation] ?? []) if (input[name] != null) throw notServed(name);
  for (const [name, nothing] of nothingBy)
    if (input[name] != null && input[name] !== nothing) throw notServed(name);
  for (const [name, flag] of switches) {
    const given = optionalMap(input, name);
    if (given && (given[flag] !== false || Object.keys(given).length > 1)) throw notServed(name);
  }
  for (const index of indexesIn(input))
    if (index.OnDemandThroughput != null) throw notServed("OnDemandThroughput");
  if (isMap(input.RequestItems))
    for (const each of Object.values(input.RequestItems)) if (isMap(each)) refuseReplaced(each);
}

function indexesIn({ GlobalSecondaryIndexes, GlobalSecondaryIndexUpdates }: Input): Input[] {
  const made = Array.isArray(GlobalSecondaryIndexes) ? GlobalSecondaryIndexes : [];
  const updates = Array.isArray(GlobalSecondaryIndexUpdates) ? GlobalSecondaryIndexUpdates : [];
  const changed = mapsIn(updates, "GlobalSecondaryIndexUpdates").flatMap((each) => Object.values(each));
  return [...mapsIn(made, "GlobalSecondaryIndexes"), ...changed.filter(isMap)];
}

const notServed = (name: string) => invalid(`${name} is not served here`);
