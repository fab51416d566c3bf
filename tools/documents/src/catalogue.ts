// The catalogue of events as one HTML page: what each says, who says and hears it, where it is written.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import {
  type EventType,
  eventTypes,
  layerOf,
  producerOf,
  versionOf,
} from "@order-saga/contracts/events/index";
import { services } from "@order-saga/services";
import type { CatalogueEntry, Speaker } from "./catalogue-entry.ts";
import { escaped, page, section } from "./catalogue-page.ts";
import { documents } from "./documents.ts";

const root = new URL("../../../", import.meta.url);

export function catalogue(): CatalogueEntry[] {
  const files = documents();
  const read = (name: string) => JSON.parse(files[name] ?? "{}");
  return eventTypes.map((type) => {
    const schema = read(`schemas/${type}.json`) as CatalogueEntry["schema"];
    return {
      type,
      producer: producerOf(type),
      layer: layerOf[type],
      words: schema.description ?? "",
      version: versionOf(type),
      schema,
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

const BOX = { width: 186, height: 26, gapX: 44, gapY: 10 };

/** An order's events from left to right: each is caused only by those in columns before it. */
function picture(entries: readonly CatalogueEntry[]): string {
  const layers = [...new Set(entries.map(({ layer }) => layer))].sort((one, other) => one - other);
  const columns = layers.map((layer) => entries.filter((each) => each.layer === layer));
  const places = new Map(
    columns.flatMap((column, x) =>
      column.map(({ type }, y) => [
        type,
        { x: x * (BOX.width + BOX.gapX), y: 8 + y * (BOX.height + BOX.gapY) },
      ]),
    ),
  );
  const at = (type: EventType) => places.get(type) ?? { x: 0, y: 0 };
  const lines = entries.flatMap((cause) =>
    entries
      .filter(
        (effect) =>
          effect.layer > cause.layer && cause.hears.some((h) => effect.says.some((s) => s.name === h.name)),
      )
      .map((effect) => {
        const [from, to] = [at(cause.type), at(effect.type)];
        const [x1, y1, x2, y2] = [from.x + BOX.width, from.y + BOX.height / 2, to.x, to.y + BOX.height / 2];
        return `<path d="M${x1} ${y1}C${x1 + 22} ${y1} ${x2 - 22} ${y2} ${x2} ${y2}"/>`;
      }),
  );
  const boxes = entries.map(({ producer, type }) => {
    const { x, y } = at(type);
    return `<a href="#${type}"><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="13" class="${escaped(producer)}"/><text x="${x + 12}" y="${y + 17}">${type}</text></a>`;
  });
  const width = columns.length * (BOX.width + BOX.gapX);
  const height = 16 + Math.max(...columns.map(({ length }) => length)) * (BOX.height + BOX.gapY);
  return `<figure><svg width="${width}" height="${height}" role="img" aria-label="Events from left to right, causes before effects">${lines.join("")}${boxes.join("")}</svg><figcaption>Causes stand left of their effects; a line is a reaction that hears the one and says the other.</figcaption></figure>`;
}
