// What changed in the events of the bus, from one AsyncAPI document to another.
import { type Change, todoOf, verdictOf } from "./change.ts";
import { differencesOf } from "./difference.ts";
import { otherNumbers } from "./meaning.ts";
import { propertiesOf, type Schema } from "./schema.ts";

type Operation = {
  action: "send" | "receive";
  title: string;
  messages: { $ref: string }[];
  tags: { name: string }[];
};
type AsyncApi = {
  operations: Record<string, Operation>;
  components: {
    schemas: Record<string, Schema>;
    messages: Record<string, Message>;
  };
};

type Message = {
  examples: { payload: { detail: { version: number; data: unknown } } }[];
  /** Absent where it is the newest. */
  "x-said-version"?: number;
};

export function eventChanges(earlier: object, later: object): Change[] {
  const [before, after] = [earlier as AsyncApi, later as AsyncApi];
  const [olds, news] = [versionsIn(before), versionsIn(after)];
  const types = new Set([...olds.keys(), ...news.keys()]);
  return [...types].flatMap((type) => {
    const [had, has] = [olds.get(type), news.get(type)];
    const hurt = concerned(before, after, type);
    const whole = { contract: type, at: "", hurt };
    if (!has) return [gone(whole, before, type)];
    if (!had)
      return [{ ...whole, what: "is a new event", verdict: "harmless" as const, hurt: [], todo: "nothing" }];
    return [
      ...(isSaid(before, type) && !isSaid(after, type)
        ? [{ ...gone(whole, before, type), what: "is not said by any function any more" }]
        : []),
      ...versionChanges(whole, had, has, saidIn(after, type)),
      ...[...had].flatMap(([version, schema]) => {
        const now = has.get(version);
        return now ? inVersion({ type, version, schema, now, hurt }, before, after) : [];
      }),
    ];
  });
}

type Whole = Pick<Change, "contract" | "at" | "hurt">;

function gone(whole: Whole, before: AsyncApi, type: string): Change {
  const isHeard = whole.hurt.some((each) => each.startsWith("reaction "));
  return {
    ...whole,
    what: "is no event any more",
    verdict: isHeard ? "breaking" : "ordered",
    todo: isHeard
      ? `keep ${type}: release first reactions that do not hear it, and take it away in the release after`
      : `make sure that no system outside hears ${type}, then deploy${isSaid(before, type) ? "" : "; here no function says it"}`,
  };
}

/** A new version of an event, and versions that are read no more. */
function versionChanges(whole: Whole, had: Versions, has: Versions, said: number | undefined): Change[] {
  const [old, now] = [[...had.keys()], [...has.keys()]].map((versions) => Math.max(...(versions ?? [])));
  const newest = now ?? 0;
  const added = [...has.keys()].filter((version) => !had.has(version));
  const dropped = [...had.keys()].filter((version) => !has.has(version));
  return [
    ...added.map((version): Change => {
      const isNext = version === newest && version === (old ?? 0) + 1 && has.has(version - 1);
      if (!isNext)
        return {
          ...whole,
          what: `has a version ${version}`,
          verdict: "breaking",
          todo: `the new version is ${(old ?? 0) + 1}, and version ${old} is read beside it`,
        };
      return said === old
        ? {
            ...whole,
            what: `can be read in version ${version}`,
            verdict: "harmless",
            hurt: [],
            todo: "nothing",
          }
        : {
            ...whole,
            what: `is said in version ${version}, which the last release cannot read`,
            verdict: "ordered",
            todo: "give `earlier` a downcast for one release, which reads the version and does not say it",
          };
    }),
    ...dropped.map((version): Change => {
      const isOld = version < newest - 1;
      return {
        ...whole,
        what: `version ${version} is read no more`,
        verdict: isOld ? "ordered" : "breaking",
        todo: isOld
          ? "deploy it when the archive holds no such event any more (docs/retention.md)"
          : "keep its schema and its upcaster: the last two versions are read",
      };
    }),
  ];
}

type InVersion = {
  type: string;
  version: number;
  schema: Schema;
  now: Schema;
  hurt: readonly string[];
};

function inVersion(
  { hurt, now, schema, type, version }: InVersion,
  before: AsyncApi,
  after: AsyncApi,
): Change[] {
  const differences = [
    ...differencesOf({ schema, document: before }, { schema: now, document: after }),
    ...otherNumbers(exampleOf(before, type, version), exampleOf(after, type, version), "/data"),
  ];
  return differences.map((difference) => {
    const verdict = verdictOf(difference, "event");
    return {
      contract: version === 1 ? type : `${type}@${version}`,
      at: difference.at,
      what: difference.what,
      verdict,
      hurt: verdict === "harmless" ? [] : hurt,
      todo: todoOf(difference, "event"),
    };
  });
}

type Versions = ReadonlyMap<number, Schema>;

/** Every version of every event, by the constants in its schema. */
function versionsIn({ components }: AsyncApi): Map<string, Map<number, Schema>> {
  const found = new Map<string, Map<number, Schema>>();
  for (const schema of Object.values(components.schemas)) {
    const { type, version } = propertiesOf(schema);
    if (typeof type?.const !== "string" || typeof version?.const !== "number") continue;
    found.set(type.const, (found.get(type.const) ?? new Map()).set(version.const, schema));
  }
  return found;
}

const saidIn = ({ components }: AsyncApi, type: string) => components.messages[type]?.["x-said-version"];

/** The data of the example, if it is one of this version. */
function exampleOf({ components }: AsyncApi, type: string, version: number): unknown {
  const detail = components.messages[type]?.examples[0]?.payload.detail;
  return detail?.version === version ? detail.data : undefined;
}

const isSaid = (document: AsyncApi, type: string) =>
  operationsOf(document, type).some(({ action }) => action === "send");

const operationsOf = ({ operations }: AsyncApi, type: string): Operation[] =>
  Object.values(operations).filter(({ messages }) => messages.some(({ $ref }) => $ref.endsWith(`/${type}`)));

/** Who hears the event and who says it, in both documents. */
function concerned(before: AsyncApi, after: AsyncApi, type: string): string[] {
  const names = [before, after].flatMap((document) =>
    operationsOf(document, type).map(({ action, tags, title }) =>
      action === "receive"
        ? `reaction ${title} of ${tags[0]?.name}`
        : `${title} of ${tags[0]?.name}, which says it`,
    ),
  );
  return [...new Set(names)].sort();
}
