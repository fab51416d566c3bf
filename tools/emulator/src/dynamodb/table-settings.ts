// What a table has besides keys and indexes: tags, its class, its protection and how warm it is.
import { invalid, invalidValues } from "./errors.ts";
import {
  type Input,
  mapsIn,
  optionalFlag,
  optionalMap,
  optionalWhole,
  optionalWord,
  requiredText,
} from "./input.ts";

type WarmThroughput = { readonly ReadUnitsPerSecond: number; readonly WriteUnitsPerSecond: number };

/** As it is stored, in the fields of AWS's own requests. */
export type TableSettings = {
  readonly DeletionProtectionEnabled?: boolean;
  readonly TableClass?: "STANDARD" | "STANDARD_INFREQUENT_ACCESS";
  readonly WarmThroughput?: WarmThroughput;
};

/** Those that the request names. */
export function settingsIn(input: Input): TableSettings {
  const DeletionProtectionEnabled = optionalFlag(input, "DeletionProtectionEnabled");
  const TableClass = optionalWord(input, "TableClass", ["STANDARD", "STANDARD_INFREQUENT_ACCESS"] as const);
  const WarmThroughput = warmThroughputIn(input);
  return {
    ...(DeletionProtectionEnabled !== undefined && { DeletionProtectionEnabled }),
    ...(TableClass && { TableClass }),
    ...(WarmThroughput && { WarmThroughput }),
  };
}

/** A new on-demand table takes these at once (DynamoDB guide, "Understanding warm throughput"). */
const warm: WarmThroughput = { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4000 };

export function warmThroughputIn(input: Input): WarmThroughput | undefined {
  const given = optionalMap(input, "WarmThroughput");
  if (!given) return undefined;
  const units = (name: keyof WarmThroughput) => {
    const value = optionalWhole(given, name) ?? warm[name];
    if (value < warm[name])
      throw invalidValues(
        `Requested ${name} for WarmThroughput for table is lower than the current value ${warm[name]}`,
      );
    return value;
  };
  return {
    ReadUnitsPerSecond: units("ReadUnitsPerSecond"),
    WriteUnitsPerSecond: units("WriteUnitsPerSecond"),
  };
}

export function describedSettings(
  settings: TableSettings,
  throughput: { readonly ReadCapacityUnits: number; readonly WriteCapacityUnits: number },
): object {
  const { DeletionProtectionEnabled = false, TableClass, WarmThroughput } = settings;
  return {
    DeletionProtectionEnabled,
    ...(TableClass && { TableClassSummary: { TableClass } }),
    WarmThroughput: describedWarmth(WarmThroughput, throughput),
  };
}

/** A table with provisioned throughput is as warm as that. */
export function describedWarmth(
  given: WarmThroughput | undefined,
  { ReadCapacityUnits, WriteCapacityUnits }: { ReadCapacityUnits: number; WriteCapacityUnits: number },
): object {
  const own =
    ReadCapacityUnits > 0
      ? { ReadUnitsPerSecond: ReadCapacityUnits, WriteUnitsPerSecond: WriteCapacityUnits }
      : warm;
  return { ...own, ...given, Status: "ACTIVE" };
}

const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

/** Tags by their keys (DynamoDB guide, "Tagging restrictions"). */
export function tagsIn(list: readonly unknown[]): Record<string, string> {
  const tags = mapsIn(list, "Tags").map(
    (tag) => [requiredText(tag, "Key"), requiredText(tag, "Value")] as const,
  );
  for (const [key, value] of tags) {
    if (key.length < 1 || key.length > LONGEST_KEY)
      throw invalid(
        `1 validation error detected: Value '${key}' at 'tags' failed to satisfy constraint: Tag keys must have length between 1 and ${LONGEST_KEY}`,
      );
    if (value.length > LONGEST_VALUE)
      throw invalid(
        `1 validation error detected: Value '${value}' at 'tags' failed to satisfy constraint: Tag values must have length less than or equal to ${LONGEST_VALUE}`,
      );
    if (key.toLowerCase().startsWith("aws:")) throw invalid(`The tag key ${key} is reserved for AWS`);
  }
  if (new Set(tags.map(([key]) => key)).size < tags.length)
    throw invalid("Duplicate tag keys are not allowed in one request");
  return Object.fromEntries(tags);
}

export function refuseTooManyTags(tags: object): void {
  if (Object.keys(tags).length > MOST_TAGS) throw invalid(`A table has ${MOST_TAGS} tags at most`);
}
