// The figures of an idle month in the documents: where each stands, and what it has to be.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../platform.ts";
import type { IdleBill } from "./bill.ts";

/** Of production, and of a stage without alarms. */
export type IdleBills = { production: IdleBill; personal: IdleBill };

export const documents = ["README.md", "docs/live-development.md", "docs/performance.md"] as const;

const rounded = (dollars = 0) => String(Math.round(dollars));

type Figure = { place: RegExp; value: string };

function figuresOf({ production, personal }: IdleBills): Readonly<Record<string, readonly Figure[]>> {
  const { items, total } = production;
  return {
    "README.md": [
      { place: /(idle about )(\d+)( USD a month in production)/, value: rounded(total) },
      { place: /(of which alarms are about )(\d+)(,)/, value: rounded(items.alarms) },
      { place: /(the dashboard )(\d+)(, the key)/, value: rounded(items.dashboards) },
      { place: /(the key )(\d+)(, and)/, value: rounded(items.key) },
      { place: /(the queues' pollers about )(\d+)(;)/, value: rounded(items["queues' pollers"]) },
      { place: /(; about )(\d+)( in a developer's stage)/, value: rounded(personal.total) },
    ],
    "docs/live-development.md": [
      { place: /(a developer's stage: about )(\d+)( USD a month idle)/, value: rounded(personal.total) },
    ],
    "docs/performance.md": [
      { place: /(\nAn idle month, in USD: )(.+)(\n)/, value: listed(production, personal) },
    ],
  };
}

function listed(production: IdleBill, personal: IdleBill): string {
  const of = ({ items, total }: IdleBill) =>
    `${total.toFixed(2)} (${Object.entries(items)
      .map(([item, dollars]) => `${item} ${dollars.toFixed(2)}`)
      .join(", ")})`;
  return `production ${of(production)}; a developer's stage ${of(personal)}.`;
}

/** The document with these figures. Throws if one of them has no place in it. */
export function withIdle(path: string, text: string, bills: IdleBills): string {
  return (figuresOf(bills)[path] ?? []).reduce((document, { place, value }) => {
    if (!place.test(document)) throw new Error(`${path} has no place for ${value}: ${place}`);
    return document.replace(
      place,
      (_, before: string, _old: string, after: string) => before + value + after,
    );
  }, text);
}

export const readDocument = (path: string): Promise<string> => readFile(join(root, path), "utf8");

export async function writeIdle(bills: IdleBills): Promise<void> {
  for (const path of documents)
    await writeFile(join(root, path), withIdle(path, await readDocument(path), bills));
}
