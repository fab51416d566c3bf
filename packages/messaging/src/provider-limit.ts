// What follows from a provider's limit: how much work may be under way in functions that call it.

/** A provider that refuses calls beyond a rate. */
export type ProviderLimit = {
  readonly provider: "stripe" | "ses";
  /** Calls a second of all functions together, at each of the provider's endpoints. */
  readonly perSecond: number;
  /** The setting in which a stage says how many its own account may make. */
  readonly setting: string;
};

/** An invocation's price is shared by as many messages as SQS gives at once. */
const MOST_AT_ONCE = 10;
/** The least and the most that mappings of SQS allow. */
const FEWEST_BATCHES = 2;
const MOST_BATCHES = 1000;

/**
 * At about a second for a call, so many batches use the limit up; and each of a batch's messages has its turn
 * within a third of its function's time, though every process has only its share of the limit.
 */
export function batchesUnder(perSecond: number): { batchSize: number; maximumConcurrency: number } {
  const between = (least: number, most: number, value: number) => Math.max(least, Math.min(most, value));
  return {
    batchSize: between(1, MOST_AT_ONCE, Math.floor(0.75 * perSecond)),
    maximumConcurrency: between(FEWEST_BATCHES, MOST_BATCHES, Math.ceil(perSecond / MOST_AT_ONCE)),
  };
}

/** A manifest's batches in a stage whose account has another limit than the manifest says. */
export function batchesOf<
  M extends { batchSize: number; maximumConcurrency: number; calls?: ProviderLimit | undefined },
>({ batchSize, calls, maximumConcurrency }: M, given: (setting: string) => string | undefined) {
  const own = calls && given(calls.setting);
  return own ? batchesUnder(Number(own)) : { batchSize, maximumConcurrency };
}

type Calling = { readonly calls?: ProviderLimit | undefined };

/** How many processes of these functions may call the provider at once. */
export function processesOf(
  functions: readonly Calling[],
  provider: ProviderLimit["provider"],
  perSecond: number,
): number {
  return functions
    .filter(({ calls }) => calls?.provider === provider)
    .reduce((sum, each) => sum + ("hears" in each ? batchesUnder(perSecond).maximumConcurrency : 1), 0);
}
