// The catalogue's picture: events from left to right, each caused only by those in columns before it.
import type { CatalogueEntry } from "./catalogue-entry.ts";
import { escaped } from "./catalogue-page.ts";

const BOX = { width: 186, height: 26, gapX: 64, gapY: 9 };
/** The room of lines that pass a column between its boxes. */
const PASS = { height: 0, gapY: 7 };
/** So that no outline is cut off. */
const MARGIN = 2;
const SWEEPS = 12;

/** A box, or the place at which lines to one event pass a column. */
type Place = { column: number; y: number; height: number; near: Place[]; entry?: CatalogueEntry };

export function picture(entries: readonly CatalogueEntry[]): string {
  const { lines, places } = placesOf(entries);
  const columns = Object.values(Object.groupBy(places, ({ column }) => column)) as Place[][];
  for (const column of columns) stack(column);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const order = sweep % 2 === 0 ? columns : columns.toReversed();
    for (const column of order) stack(column.sort((one, other) => middleOf(one) - middleOf(other)));
  }
  const lowest = Math.min(...places.map(({ height, y }) => y - height / 2));
  for (const place of places) place.y = Math.round(place.y - lowest + BOX.gapY);
  const width = columns.length * (BOX.width + BOX.gapX) - BOX.gapX + 2 * MARGIN;
  const height = Math.max(...places.map((place) => place.y + place.height / 2)) + BOX.gapY;
  // Lines to one event share their way.
  const paths = [...new Set(lines.flatMap(piecesOf))].map((path) => `<path d="${path}"/>`);
  const boxes = places.flatMap((place) => (place.entry ? [boxOf(place, place.entry)] : []));
  return `<figure><svg width="${width}" height="${height}" role="img" aria-label="Events from left to right, causes before effects">${paths.join("")}${boxes.join("")}</svg><figcaption>Causes stand left of their effects; a line is a reaction that hears the one and says the other.</figcaption></figure>`;
}

/** Every box and every place that a line passes, and each line as the places that it goes through. */
function placesOf(entries: readonly CatalogueEntry[]): { places: Place[]; lines: Place[][] } {
  const layers = [...new Set(entries.map(({ layer }) => layer))].sort((one, other) => one - other);
  const places = new Map<string, Place>();
  const placeAt = (key: string, column: number, entry?: CatalogueEntry) => {
    const height = entry ? BOX.height : PASS.height;
    const place = places.get(key) ?? { column, y: 0, height, near: [], ...(entry && { entry }) };
    places.set(key, place);
    return place;
  };
  const boxOf = (entry: CatalogueEntry) => placeAt(entry.type, layers.indexOf(entry.layer), entry);
  for (const entry of entries) boxOf(entry);
  const lines = entries.flatMap((cause) =>
    entries
      .filter((effect) => isCaused(effect, cause))
      .map((effect) => {
        const [from, to] = [boxOf(cause), boxOf(effect)];
        const passed = Array.from({ length: to.column - from.column - 1 }, (_, index) => {
          const column = from.column + 1 + index;
          return placeAt(`${column} ${effect.type}`, column);
        });
        return [from, ...passed, to];
      }),
  );
  for (const line of lines)
    for (const [index, place] of line.entries()) {
      const next = line[index + 1];
      if (next) {
        place.near.push(next);
        next.near.push(place);
      }
    }
  return { places: [...places.values()], lines };
}

const isCaused = (effect: CatalogueEntry, cause: CatalogueEntry) =>
  effect.layer > cause.layer &&
  cause.hears.some((hears) => effect.says.some(({ name }) => name === hears.name));

/** The mean of what it is linked with; where it stands if with nothing. */
const middleOf = ({ near, y }: Place) =>
  near.length === 0 ? y : near.reduce((sum, each) => sum + each.y, 0) / near.length;

/** One below the other, about the middle of the picture. */
function stack(column: readonly Place[]): void {
  let bottom = 0;
  for (const [index, place] of column.entries()) {
    const above = column[index - 1];
    const gap = above && above.height > 0 && place.height > 0 ? BOX.gapY : PASS.gapY;
    place.y = bottom + (above ? gap : 0) + place.height / 2;
    bottom = place.y + place.height / 2;
  }
  for (const place of column) place.y -= bottom / 2;
}

const leftOf = ({ column }: Place) => MARGIN + column * (BOX.width + BOX.gapX);

/** Bent between columns and straight within one. */
function piecesOf(line: readonly Place[]): string[] {
  return line.flatMap((place, index) => {
    const before = line[index - 1];
    if (!before) return [];
    const [x1, x2] = [leftOf(before) + BOX.width, leftOf(place)];
    const bend = (x2 - x1) / 2;
    const bent = `M${x1} ${before.y}C${x1 + bend} ${before.y} ${x2 - bend} ${place.y} ${x2} ${place.y}`;
    return place.entry ? [bent] : [bent, `M${x2} ${place.y}L${x2 + BOX.width} ${place.y}`];
  });
}

function boxOf(place: Place, { producer, type }: CatalogueEntry): string {
  const [x, y] = [leftOf(place), place.y - BOX.height / 2];
  return `<a href="#${type}"><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="13" class="${escaped(producer)}"/><text x="${x + 12}" y="${y + 17}">${type}</text></a>`;
}
