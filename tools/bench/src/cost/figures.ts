// The figures of an order's cost in the documents: where each stands, and what it has to be.
import { readFile, writeFile } from "node:fs/promises";
import { billOf, breakEven, containerMonth, total } from "./bill.ts";
import type { EndingName } from "./endings.ts";
import type { Operations } from "./operations.ts";
import { peersOf, perMillion, withoutInformation } from "./peers.ts";
import { pictures } from "./pictures.ts";
import { pricesOf } from "./prices.ts";
import { type Measurements, savings } from "./report.ts";

/** One figure: a pattern of what stands before it, the figure and what stands after it, in three groups. */
type Figure = { place: RegExp; value: string };

const root = new URL("../../../../", import.meta.url);

/** The share of the orders that is logged, where the documents speak of sampled logs. */
const SAMPLED = 0.1;

/** Each document with its figures. */
export function figuresOf(measurements: Measurements): Readonly<Record<string, readonly Figure[]>> {
  const confirmed = perMillion(billOf(measurements.endings.confirmed));
  return {
    "README.md": [
      { place: /(A million confirmed orders add about )(\d+)( USD)/, value: String(Math.round(confirmed)) },
    ],
    "docs/performance.md": [
      {
        place: /(A confirmed order of one line: )(.+?)( of indexes)/,
        value: countsOf(measurements.endings.confirmed),
      },
      ...endingFigures(measurements),
      ...peerFigures(measurements),
    ],
  };
}

function countsOf(of: Operations): string {
  const number = (value: number) => String(Number(value.toFixed(2)));
  const counts: [number, string][] = [
    [of.httpRequests, "HTTP requests"],
    [of.invocations, "invocations"],
    [of.events, "events"],
    [of.deliveries, "deliveries"],
    [of.sqsRequests, "SQS requests"],
    [of.mails, "mails"],
    [of.transactions, "transactions"],
    [of.providerCalls, "calls of the provider"],
    [of.reads, "reads"],
    [of.writes, "writes"],
    [of.writeUnits, "write units"],
  ];
  const listed = counts.map(([count, what]) => `${number(count)} ${what}`).join(", ");
  return `${listed} and ${number(of.indexWriteUnits)}`;
}

function endingFigures({ endings, batched }: Measurements): Figure[] {
  const dollars = (of: Operations, prices = pricesOf("eu-west-1")) =>
    perMillion(billOf(of, prices)).toFixed(2);
  const row = (label: string, value: string): Figure => ({
    place: new RegExp(`(\\| ${label} \\| )([\\d., ]+)( \\|)`),
    value,
  });
  const ending = (label: string, ...names: EndingName[]) =>
    row(label, names.map((name) => dollars(endings[name])).join(", "));
  const sampled = (of: Operations) => dollars(withoutInformation(of, SAMPLED));
  return [
    ending("confirmed, one line", "confirmed"),
    row("the same in us-east-1", dollars(endings.confirmed, pricesOf("us-east-1"))),
    ending("confirmed, five lines", "confirmed, five lines"),
    ending("confirmed, asked by the bank", "confirmed, asked by the bank"),
    ending("confirmed, part refunded", "confirmed, part refunded"),
    ending("confirmed, disputed and lost", "confirmed, disputed and lost"),
    ending("card declined", "card declined"),
    ending("out of stock", "out of stock"),
    ending("cancelled before, after the capture", "cancelled before capture", "cancelled after capture"),
    ending("expired", "expired"),
    row("confirmed, one log in ten", sampled(endings.confirmed)),
    row("confirmed, in batches of up to ten", dollars(batched)),
    row("confirmed, both", sampled(batched)),
  ];
}

function peerFigures(measurements: Measurements): Figure[] {
  const { confirmed } = measurements.endings;
  const own = total(billOf(confirmed));
  const least = (savings(measurements).at(-1)?.[1] ?? 0) / 1e6;
  const millions = (perOrder: number) => (breakEven(perOrder, containerMonth) / 1e6).toFixed(1);
  return [
    { place: /(\| this saga \| )([\d.]+)( \|)/, value: (own * 1e6).toFixed(2) },
    ...peersOf(confirmed).map(({ bill, name }) => ({
      place: new RegExp(`(\\| ${name}: .+ \\| )([\\d.]+)( \\|)`),
      value: perMillion(bill).toFixed(2),
    })),
    { place: /(containers are cheaper from )([\d.]+)( million orders a month)/, value: millions(own) },
    { place: /(million orders a month, from )([\d.]+)( million with batches)/, value: millions(least) },
  ];
}

/** The document with these figures. Throws if one of them has no place in it. */
export function withFigures(text: string, figures: readonly Figure[]): string {
  return figures.reduce((document, { place, value }) => {
    if (!place.test(document)) throw new Error(`The text has no place for ${value}: ${place}`);
    return document.replace(
      place,
      (_, before: string, _old: string, after: string) => before + value + after,
    );
  }, text);
}

/** The table of guarantees in docs/performance.md; its last row is what the order has gained since then. */
const TABLE = /\| guarantee \|[\s\S]*?\| \*\*together\*\* .*\|/;
const ADDED = /(\| what other reactions added since \| +\| )(-?[\d.]+)( \| )(-?[\d.]+)( \|)/;

/** The document with the guarantees' sum; what they do not explain stands in the last row before it. */
export function withGuarantees(text: string, { endings: { confirmed } }: Measurements): string {
  const together = perMillion(billOf(confirmed));
  return text.replace(TABLE, (table) => {
    const rows = [...table.replace(ADDED, "").matchAll(/\| (\d+\.\d\d) \| (\d+\.\d\d) \|$/gm)];
    const sum = (column: 1 | 2) => rows.reduce((total, row) => total + Number(row[column]), 0);
    // Every row is rounded by itself.
    const added = Math.abs(together - sum(1)) < 0.05 ? 0 : together - sum(1);
    const least = sum(2) + added;
    return table
      .replace(ADDED, `$1${added.toFixed(2)}$3${added.toFixed(2)}$5`)
      .replace(
        /\| \*\*together\*\* .*/,
        `| **together** | | **${together.toFixed(2)}** | **${least.toFixed(2)}** |`,
      );
  });
}

/** Every document as it has to be, by its path. */
export async function documentsWith(measurements: Measurements): Promise<ReadonlyMap<string, string>> {
  const documents = new Map<string, string>();
  for (const [path, figures] of Object.entries(figuresOf(measurements))) {
    const text = withFigures(await readDocument(path), figures);
    documents.set(path, withGuarantees(text, measurements));
  }
  return documents;
}

export const readDocument = (path: string): Promise<string> => readFile(new URL(path, root), "utf8");

/** Writes what `documentsWith` says, and the charts of docs/performance. */
export async function writeDocuments(measurements: Measurements): Promise<void> {
  for (const [path, text] of await documentsWith(measurements)) await writeFile(new URL(path, root), text);
  for (const [name, svg] of Object.entries(pictures(measurements)))
    await writeFile(new URL(`docs/performance/${name}.svg`, root), svg);
}
