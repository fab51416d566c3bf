// What a change does to the deployment: resources by type, what policies allow, and alarms.
import { type NamedPolicy, policiesOf } from "@order-saga/synthesis/policy";
import { types } from "@order-saga/synthesis/types";
import type { Description } from "./describe.ts";
import { counted, type Section, unchanged } from "./section.ts";

type Graph = Description["graph"];
type Resource = Graph["resources"][number];

type Compared = { added: Resource[]; removed: Resource[]; changed: [Resource, Resource][] };

/** The file with a function's code: the section of bundles speaks of it. */
const codeFile = "aws:s3/bucketObjectv2:BucketObjectv2";

function compared(before: readonly Resource[], after: readonly Resource[]): Compared {
  const key = ({ name, type }: Resource) => `${type} ${name}`;
  const [old, now] = [before, after].map((all) => new Map(all.map((each) => [key(each), each])));
  return {
    added: after.filter((each) => !old?.has(key(each))),
    removed: before.filter((each) => !now?.has(key(each))),
    changed: before.flatMap((each): [Resource, Resource][] => {
      const later = now?.get(key(each));
      return later && each.type !== codeFile && text(each) !== text(later) ? [[each, later]] : [];
    }),
  };
}

/** What the section of IAM speaks of. */
const policyFields: Readonly<Record<string, readonly string[]>> = {
  [types.role]: ["inlinePolicies", "assumeRolePolicy"],
  [types.queuePolicy]: ["policy"],
  [types.topicPolicy]: ["policy"],
  [types.key]: ["policy"],
};

/** Without policies, and without the name of a function's code, which is its hash. */
function text({ inputs, options, type }: Resource): string {
  const others = Object.entries(inputs).filter(([name]) => !policyFields[type]?.includes(name));
  return JSON.stringify([others, options.protect, options.retainOnDelete]).replace(/-code-[0-9a-f]{64}/g, "");
}

const says = ({ added, changed, removed }: Compared) =>
  counted({ added: added.length, removed: removed.length, changed: changed.length });

const isAlarm = ({ type }: Resource) => type === types.alarm;

export function resourceSection(before: Graph, after: Graph): Section {
  const title = "Resources in production";
  const others = ({ resources }: Graph) => resources.filter((each) => !isAlarm(each));
  const all = compared(others(before), others(after));
  if (says(all) === "") return unchanged(title);
  const typeOf = ({ type }: Resource) => type.replace(/^aws:|:[^:]+$/g, "");
  const rows = (what: string, resources: readonly Resource[]) =>
    [...Map.groupBy(resources, typeOf)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([type, alike]) => [what, type, String(alike.length), namesOf(alike)]);
  return {
    title,
    says: says(all),
    columns: ["", "type", "how many", "names"],
    rows: [
      ...rows("added", all.added),
      ...rows("removed", all.removed),
      ...rows(
        "changed",
        all.changed.map(([, later]) => later),
      ),
    ],
  };
}

function namesOf(resources: readonly Resource[]): string {
  const names = resources.map(({ name }) => name).sort();
  return names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}

export function alarmSection(before: Graph, after: Graph): Section {
  const title = "Alarms in production";
  const all = compared(before.resources.filter(isAlarm), after.resources.filter(isAlarm));
  if (says(all) === "") return unchanged(title);
  const row = (what: string, alarms: readonly Resource[]) =>
    alarms.map(({ inputs, name }) => [what, name, String(inputs.alarmDescription ?? "")]);
  return {
    title,
    says: says(all),
    columns: ["", "alarm", "what"],
    rows: [
      ...row("added", all.added),
      ...row("removed", all.removed),
      ...all.changed.map(([old, now]) => ["changed", now.name, fieldsBetween(old, now)]),
    ],
  };
}

function fieldsBetween({ inputs: old }: Resource, { inputs: now }: Resource): string {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  const short = (value: unknown) => (typeof value === "object" ? "…" : String(value ?? "none"));
  return names
    .filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]))
    .map((name) => `${name}: ${short(old[name])} → ${short(now[name])}`)
    .join("; ");
}

export function grantSection(before: Graph, after: Graph): Section {
  const title = "IAM";
  const [old, now] = [grantsOf(before), grantsOf(after)];
  const rows = (what: string, grants: Map<string, string[]>, others: Map<string, string[]>) =>
    [...grants].filter(([key]) => !others.has(key)).map(([, grant]) => [what, ...grant]);
  const [added, removed] = [rows("added", now, old), rows("removed", old, now)];
  if (added.length + removed.length === 0) return unchanged(title);
  return {
    title,
    says: `statements: ${counted({ added: added.length, removed: removed.length })}`,
    columns: ["", "policy", "actions", "on", "if"],
    rows: [...added, ...removed],
  };
}

/** Each statement of each policy, in words, by all that it says. */
function grantsOf(graph: Graph): Map<string, string[]> {
  const whole = { region: "", settings: {}, found: [], outputs: {}, ...graph };
  const rows = policiesOf(whole).flatMap(({ kind, name, statements }) =>
    statements.map((statement) => rowOf(kind === "role" ? name : `${name} (${kind})`, statement)),
  );
  return new Map(rows.map((row) => [row.join("\n"), row]));
}

function rowOf(policy: string, statement: NamedPolicy["statements"][number]): string[] {
  const { actions, conditions, effect, principals, resources } = statement;
  const named = Object.entries(conditions).map(([key, values]) => `${key}: ${values.join(", ")}`);
  const where = [...named, ...principals].map((each) => each.replace(/arn:aws:/g, ""));
  const on = resources.map((each) => each.replace(/^arn:aws:[^:]*:[^:]*:[^:]*:/, ""));
  return [
    policy,
    `${effect === "Deny" ? "Deny " : ""}${actions.join(", ")}`,
    on.join(", "),
    where.join("; "),
  ];
}
