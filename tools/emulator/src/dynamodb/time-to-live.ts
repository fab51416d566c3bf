// UpdateTimeToLive and DescribeTimeToLive. Items stay: AWS, too, deletes them some days later.
import { invalid, invalidValues } from "./errors.ts";
import { type Input, optionalFlag, requiredMap, requiredText, unfulfilled } from "./input.ts";

export type TimeToLive = {
  readonly AttributeName: string;
  readonly Enabled: boolean;
  /** Milliseconds. */
  readonly changedAt: number;
};

/** Between two changes (DynamoDB API, UpdateTimeToLive). */
const BETWEEN_MILLISECONDS = 3_600_000;
const LONGEST_NAME = 255;

/** The new setting. Throws a DynamoFailure if it is not allowed after the one before. */
export function changedTimeToLive(input: Input, before: TimeToLive | undefined, now: number): TimeToLive {
  const specification = requiredMap(input, "TimeToLiveSpecification");
  const AttributeName = requiredText(specification, "AttributeName");
  const { length } = AttributeName;
  if (length < 1 || length > LONGEST_NAME)
    unfulfilled(
      AttributeName,
      "timeToLiveSpecification.attributeName",
      `Member must have length ${length < 1 ? "greater than or equal to 1" : `less than or equal to ${LONGEST_NAME}`}`,
    );
  const Enabled =
    optionalFlag(specification, "Enabled") ??
    unfulfilled(null, "timeToLiveSpecification.enabled", "Member must not be null");
  const isOn = before?.Enabled === true;
  if (isOn && before.AttributeName !== AttributeName)
    throw invalidValues(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${before.AttributeName}`,
    );
  if (isOn === Enabled) throw invalid(`TimeToLive is already ${Enabled ? "enabled" : "disabled"}`);
  if (before && now - before.changedAt < BETWEEN_MILLISECONDS)
    throw invalid("Time to live has been modified multiple times within a fixed interval");
  return { AttributeName, Enabled, changedAt: now };
}

export function describedTimeToLive(setting: TimeToLive | undefined): object {
  if (!setting?.Enabled) return { TimeToLiveStatus: "DISABLED" };
  return { TimeToLiveStatus: "ENABLED", AttributeName: setting.AttributeName };
}
