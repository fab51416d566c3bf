// The boxes and lines of the flow map.

export type NodeKind = "route" | "schedule" | "event" | "bucket" | "reaction";

export type FlowNode = {
  id: string;
  kind: NodeKind;
  name: string;
  service: string;
  x: number;
  y: number;
  width: number;
  height: number;
  isFailure: boolean;
  /** Of a reaction. */
  queue?: string;
  deadLetterQueue?: string;
  undeliveredQueue?: string | undefined;
};

export type FlowEdge = {
  id: string;
  from: string;
  to: string;
  /** A rule puts the event on the reaction's queue, or a function says the event or sends a task. */
  kind: "hears" | "says";
  /** An event's type, or what else goes from one to the other. */
  event: string;
  isUndo: boolean;
  /** A schedule that publishes the event again in case it was lost. */
  isRepeat: boolean;
  points: { x: number; y: number }[];
};

export type Flow = { nodes: FlowNode[]; edges: FlowEdge[]; width: number; height: number };
