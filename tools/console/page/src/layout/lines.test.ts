// Whatever the services say and hear: nothing on the flow map is drawn over anything.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { reaction, services, topology } from "../testing/topology.ts";
import { layoutFlow } from "./flow.ts";
import type { Flow } from "./flow-graph.ts";
import { pathOf } from "./lines.ts";

const types = ["OrderPlaced", "StockReserved", "StockReleased", "PaymentAuthorized", "A".repeat(40), "B"];
const some = fc.uniqueArray(fc.constantFrom(...types), { maxLength: 4 });

/** With circles, events that nothing says, and reactions that say what they hear. */
const topologies = fc
  .array(fc.tuple(some, some, fc.constantFrom(...services)), { maxLength: 9 })
  .map((reactions) => ({
    ...topology,
    events: types.map((type) => ({ type, producer: "orders" as const, layer: 0, isFailure: false })),
    reactions: reactions.map(([hears, says, service], index) => reaction(`r${index}`, service, hears, says)),
  }));

function boxesOnBoxes({ nodes }: Flow): string[] {
  return nodes.flatMap((one, index) =>
    nodes
      .slice(index + 1)
      .filter(
        (other) =>
          Math.abs(one.x - other.x) < (one.width + other.width) / 2 &&
          Math.abs(one.y - other.y) < (one.height + other.height) / 2,
      )
      .map((other) => `${one.id} and ${other.id}`),
  );
}

/** Between two pieces a line bends from one height to the other, never beyond either. */
function linesUnderBoxes({ edges, nodes }: Flow): string[] {
  return edges.flatMap(({ id, points }) =>
    points.slice(1).flatMap((to, index) => {
      const from = points[index] ?? to;
      const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
      const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
      return nodes
        .filter(
          ({ height, width, x, y }) =>
            left < x + width / 2 && right > x - width / 2 && top < y + height / 2 && bottom > y - height / 2,
        )
        .map((node) => `${id} under ${node.id}`);
    }),
  );
}

const isInside = ({ height, nodes, width }: Flow) =>
  nodes.every(
    (node) =>
      node.x - node.width / 2 >= 0 &&
      node.y - node.height / 2 >= 0 &&
      node.x + node.width / 2 <= width &&
      node.y + node.height / 2 <= height,
  );

test("no box lies on another or leaves the picture, and no line runs under a box", () => {
  fc.assert(
    fc.property(topologies, (given) => {
      const flow = layoutFlow(given);
      expect(boxesOnBoxes(flow)).toEqual([]);
      expect(linesUnderBoxes(flow)).toEqual([]);
      expect(isInside(flow)).toBe(true);
    }),
    { numRuns: process.env.NIGHTLY ? 300 : 20 },
  );
});

test("a line begins at the one box and ends at the other", () => {
  const flow = layoutFlow(topology);
  for (const { from, points, to } of flow.edges) {
    const [start, end] = [from, to].map((id) => flow.nodes.find((node) => node.id === id));
    expect(points[0]?.x).toBe((start?.x ?? 0) + (start?.width ?? 0) / 2);
    expect(points.at(-1)?.x).toBe((end?.x ?? 0) - (end?.width ?? 0) / 2);
  }
});

test("a path bends, runs straight beside a column, and bends again", () => {
  expect(
    pathOf([
      { x: 0, y: 5 },
      { x: 10, y: 9 },
      { x: 20, y: 9 },
      { x: 30, y: 1 },
    ]),
  ).toBe("M0 5C5 5 5 9 10 9H20C25 9 25 1 30 1");
  expect(pathOf([])).toBe("");
});
