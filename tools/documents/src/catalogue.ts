// The catalogue of events as one HTML page: what each says, who says and hears it, where it is written.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import {
  type EventType,
  eventTypes,
  layerOf,
  producerOf,
  versionBefore,
  versionOf,
} from "@order-saga/contracts/events/index";
import { services } from "@order-saga/services";
import type { CatalogueEntry, Speaker } from "./catalogue-entry.ts";
import { page, section } from "./catalogue-page.ts";
import { picture } from "./catalogue-picture.ts";
import { documents } from "./documents.ts";
import { toJsonSchema } from "./json-schema.ts";

const root = new URL("../../../", import.meta.url);

export function catalogue(): CatalogueEntry[] {
  const files = documents();
  const read = (name: string) => JSON.parse(files[name] ?? "{}");
  return eventTypes.map((type) => {
    const before = versionBefore(type);
    const schema = read(`schemas/${type}.json`) as CatalogueEntry["schema"];
    return {
      type,
      producer: producerOf(type),
      layer: layerOf[type],
      words: schema.description ?? "",
      version: versionOf(type),
      schema,
      ...(before && {
        before: {
          version: before.version,
          schema: toJsonSchema(before.schema, "draft-2020-12"),
          isSaid: before.isSaid,
        },
      }),
      example: read(`examples/${type}.json`),
      says: speakers((each) => each.says.includes(type)),
      hears: speakers((each) => each.hears?.includes(type) ?? false),
      definedAt: definitionOf(type),
    };
  });
}

type Manifest = { name: string; says: readonly EventType[]; hears?: readonly EventType[] };

function speakers(is: (each: Manifest) => boolean): Speaker[] {
  return services.flatMap(({ name: service, reactions, routes, schedules }) =>
    [
      ...(reactions as readonly Manifest[]),
      ...(routes as readonly Manifest[]),
      ...(schedules as readonly Manifest[]),
    ]
      .filter(is)
      .map(({ name }) => ({ name, service, file: fileOf(service, name) })),
  );
}

function fileOf(service: string, name: string): string {
  const file = `packages/${service}/src/functions/${name}.ts`;
  return existsSync(new URL(file, root)) ? file : `packages/${service}/src/service.ts`;
}

const folder = "packages/contracts/src/events/";

/** The line that begins the event's definition. */
function definitionOf(type: EventType): string {
  for (const file of readdirSync(new URL(folder, root))) {
    if (!file.endsWith(".ts") || file.endsWith(".test.ts") || file === "examples.ts") continue;
    const lines = readFileSync(new URL(folder + file, root), "utf8").split("\n");
    const line = lines.findIndex((each) => each.trim() === `${type}: {`);
    if (line >= 0) return `${folder}${file}:${line + 1}`;
  }
  return `${folder}index.ts`;
}

/** Needs no script, no other file and no other machine. */
export function catalogueHtml(entries: readonly CatalogueEntry[] = catalogue()): string {
  const { length } = entries;
  return page(
    "Events of the order saga",
    `<p>${length} events. A service publishes them on the bus; any other may hear them. Their schemas are in <a href="/asyncapi.json">asyncapi.json</a> too.</p>
${picture(entries)}
<nav aria-label="Events"><ul>${entries.map(({ type }) => `<li><a href="#${type}">${type}</a></li>`).join("")}</ul></nav>
${entries.map(section).join("\n")}`,
  );
}
