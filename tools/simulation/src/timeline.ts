// Prints a run as one timeline for each order, with a lane for the customer and for every service.
import { services } from "@order-saga/services";
import type { Note } from "./context.ts";

const lanes = ["customer", ...services.map(({ name }) => name)];
const LANE_WIDTH = 26;
const TIME_WIDTH = 14;

/** One order's timeline, in seconds from the start of the plan; includes the faults of no single order. */
export function timelineOf(notes: readonly Note[], orderId: string, start: number): string[] {
  const head = `${"s".padStart(TIME_WIDTH - 2)}  ${lanes.map((lane) => lane.padEnd(LANE_WIDTH)).join("")}`;
  const lines = notes
    .filter(
      (note) =>
        note.at >= start && (note.orderId === orderId || (note.orderId === undefined && isFault(note))),
    )
    .map((note) => `${secondsOf(note.at - start)}  ${inLane(note)}`);
  return [head.trimEnd(), ...lines];
}

const isFault = ({ text }: Note) => text.includes("✗");

function secondsOf(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3).padStart(TIME_WIDTH - 2);
}

/** A function's note stands in its service's lane; the bus and the world speak from the margin. */
function inLane({ lane, text }: Note): string {
  const place = lanes.findIndex((each) => lane === each || lane.startsWith(`${each}-`));
  if (place < 0) return `${lane}: ${text}`;
  const name = lane.slice(lanes[place]?.length).replace(/^-/, "");
  return `${" ".repeat(place * LANE_WIDTH)}${name ? `${name}: ` : ""}${text}`;
}
