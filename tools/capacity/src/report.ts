// What the terminal says: what breaks first at each rate, or every limit beside one rate.
import { type Limit, limitsOf, type Where } from "./limits.ts";
import { type Raised, raisedFor } from "./settings.ts";

export const rates = [1, 10, 100, 1000, 10_000, 100_000] as const;

export const number = (value: number) =>
  value === Number.POSITIVE_INFINITY
    ? "–"
    : value >= 1000
      ? Math.floor(value).toLocaleString("en")
      : String(Number(value.toPrecision(3)));

export const dollars = (value: number) =>
  value.toLocaleString("en", { maximumFractionDigits: value < 100 ? 2 : 0 });

/** At a rate: what is reached below it, and not below the rate before it. */
export type Broken = { readonly rate: number; readonly first: Limit | undefined; readonly fresh: Limit[] };

export function brokenAt(limits: readonly Limit[], given: readonly number[] = rates): Broken[] {
  return given.map((rate, index) => {
    const before = given[index - 1] ?? 0;
    const usual = limits.filter(({ isOfOutage }) => !isOfOutage);
    const fresh = usual.filter(({ ordersPerSecond: at }) => at < rate && at >= before);
    return { rate, first: usual.find(({ ordersPerSecond }) => ordersPerSecond < rate), fresh };
  });
}

const products = ({ skus }: Where) => (skus === 1 ? "one product" : `${number(skus)} products alike`);

export function overview(where: Where): string {
  const limits = limitsOf(where);
  const rows = brokenAt(limits).flatMap(({ rate, fresh }) =>
    fresh.length === 0
      ? [[number(rate), "", "nothing new", ""]]
      : fresh.map((each, index) => [
          index === 0 ? number(rate) : "",
          number(each.ordersPerSecond),
          each.name,
          each.cure,
        ]),
  );
  return [
    `${where.region}, ${products(where)}, no setting of its own: what breaks at so many orders a second\n`,
    aligned([["orders/s", "reached at", "limit", "cure"], ...rows]),
    "\n`--orders-per-second N` has every limit with its margin, the settings to raise and what they cost.",
  ].join("\n");
}

export function atRate(ordersPerSecond: number, where: Where): string {
  const limits = limitsOf(where);
  const rows = limits.map((each) => [
    number(each.ordersPerSecond),
    `${number(each.ordersPerSecond / ordersPerSecond)}×`,
    each.name,
    each.ordersPerSecond < ordersPerSecond ? each.cure : each.is,
  ]);
  return [
    `${number(ordersPerSecond)} orders a second in ${where.region}, ${products(where)}: each limit of a stage without settings\n`,
    aligned([["reached at", "margin", "limit", "its cure, or how it is counted"], ...rows]),
    ...raisedInWords(raisedFor(ordersPerSecond, where)),
  ].join("\n");
}

function raisedInWords({ ask, buckets, commands, monthly, settings }: Raised): string[] {
  const lines = Object.entries(settings).map(([name, value]) => `  ${name}=${value}`);
  return [
    ...(ask.length > 0 ? ["\nAsk first:", ...ask.map((each) => `  ${each}`)] : []),
    ...(lines.length > 0 ? ["\nSettings (.env.<stage>):", ...lines] : ["\nNo setting need be raised."]),
    ...(commands.length > 0
      ? ["\nTables that are there already:", ...commands.map((each) => `  ${each}`)]
      : []),
    buckets === undefined
      ? "\nProducts: more than 32 buckets each; so few products do not bear it."
      : `\nProducts: ${buckets} ${buckets === 1 ? "bucket" : "buckets each (PUT /stock/{sku})"}.`,
    `\nA month of it, all the time: ${dollars(monthly.orders)} USD and ${dollars(monthly.mails)} for mails; the settings alone ${dollars(monthly.idle)}.`,
  ];
}

/** Columns as wide as their widest cell, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          if (column === 3) return cell;
          return column === 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
        })
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join("\n");
}
