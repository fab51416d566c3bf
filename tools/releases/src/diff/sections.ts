// What a change does, from the descriptions before and after it: a section for each thing that may change.
import type { Change } from "../contracts/change.ts";
import { changesBetween } from "../contracts/gate.ts";
import type { Description } from "./describe.ts";
import { alarmSection, grantSection, resourceSection } from "./resources.ts";
import { counted, type Section, unchanged } from "./section.ts";

export type Seeds = { readonly run: number; readonly violated: readonly number[] };

export function sectionsOf(before: Description, after: Description, seeds: Seeds): Section[] {
  return [
    contractSection(changesBetween(before.contracts, after.contracts)),
    eventSection(before, after),
    figureSection("Cost per million orders, in USD", "ending", before.dollars, after.dollars, 2),
    bundleSection(before, after),
    grantSection(before.graph, after.graph),
    resourceSection(before.graph, after.graph),
    alarmSection(before.graph, after.graph),
    seedSection(seeds),
  ];
}

const verdicts = ["breaking", "ordered", "harmless"] as const;

function contractSection(changes: readonly Change[]): Section {
  const title = "Contracts";
  if (changes.length === 0) return unchanged(title);
  const of = (verdict: Change["verdict"]) => changes.filter((each) => each.verdict === verdict);
  return {
    title,
    says: counted(Object.fromEntries(verdicts.map((verdict) => [verdict, of(verdict).length]))),
    columns: ["", "contract", "at", "what", "hurt"],
    rows: verdicts.flatMap((verdict) =>
      of(verdict).map(({ at, contract, hurt, what }) => [verdict, contract, at, what, hurt.join("; ")]),
    ),
  };
}

type Figures = Readonly<Record<string, number>>;

function eventSection(before: Description, after: Description): Section {
  const events = ({ counts }: Description): Figures =>
    Object.fromEntries(Object.entries(counts).map(([ending, { events }]) => [ending, events]));
  return figureSection("Events per order", "ending", events(before), events(after), 2);
}

/** Numbers by name: a row for each that is new, gone or another. */
function figureSection(
  title: string,
  what: string,
  before: Figures,
  after: Figures,
  decimals: number,
): Section {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => before[name] !== after[name]);
  if (changed.length === 0) return unchanged(title);
  const text = (value: number | undefined) =>
    value === undefined ? "none" : String(Number(value.toFixed(decimals)));
  return {
    title,
    says: `${changed.length} of ${names.length} changed`,
    columns: [what, "before", "after", "by"],
    rows: changed.map((name) => [
      name,
      text(before[name]),
      text(after[name]),
      signed((after[name] ?? 0) - (before[name] ?? 0), decimals),
    ]),
  };
}

const signed = (value: number, decimals: number) =>
  `${value > 0 ? "+" : ""}${Number(value.toFixed(decimals))}`;

/** Where shared code changes, every bundle does by a few bytes: those are counted and not listed. */
const LEAST_BYTES = 100;

function bundleSection(before: Description, after: Description): Section {
  const title = "Bundles, gzipped";
  const [old, now] = [sizesOf(before), sizesOf(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  const by = (name: string) => (now[name] ?? 0) - (old[name] ?? 0);
  const changed = names.filter((name) => by(name) !== 0);
  if (changed.length === 0) return unchanged(title);
  const total = (sizes: Figures) => Object.values(sizes).reduce((sum, each) => sum + each, 0);
  const kilobytes = (bytes: number | undefined) => (bytes === undefined ? "none" : (bytes / 1000).toFixed(1));
  return {
    title,
    says:
      `${changed.length} of ${names.length} changed, ` +
      `all together ${kilobytes(total(old))} kB before, ${kilobytes(total(now))} kB after`,
    columns: ["function", "kB before", "kB after", "by"],
    rows: changed
      .filter((name) => Math.abs(by(name)) >= LEAST_BYTES)
      .sort((a, b) => Math.abs(by(b)) - Math.abs(by(a)) || (a < b ? -1 : 1))
      .map((name) => [name, kilobytes(old[name]), kilobytes(now[name]), signed(by(name) / 1000, 1)]),
  };
}

/** `packages/orders/src/functions/get-order.handler` is orders-get-order. */
function sizesOf({ graph }: Description): Figures {
  return Object.fromEntries(
    graph.bundles.map(({ gzipBytes, handler }) => [
      handler.replace(/^packages\/([^/]+)\/src\/functions\/(.+)\.handler$/, "$1-$2"),
      gzipBytes,
    ]),
  );
}

function seedSection({ run, violated }: Seeds): Section {
  const passed = `${run - violated.length} of ${run} passed`;
  const command = violated.length > 0 ? `: npx pnpm@12 simulate --seed ${violated[0]}` : "";
  return {
    title: "Seeds of the simulator",
    says: violated.length > 0 ? `${passed}, violated ${violated.join(", ")}${command}` : passed,
  };
}
