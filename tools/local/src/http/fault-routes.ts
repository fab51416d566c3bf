// Faults over HTTP: what is on and how often it struck, put others in their place or
// beside them, take them away.
import { OrderId } from "@order-saga/contracts";
import type { Hono } from "hono";
import * as z from "zod";
import type { FaultBoard } from "../faults/board.ts";
import { Fault, type GivenFault } from "../faults/fault.ts";
import { presetNames, presets } from "../faults/presets.ts";
import { bodyOf } from "./body.ts";
import { problemResponse } from "./local-app.ts";

const MOST = 50;

const Given = z.strictObject({
  preset: z.enum(presetNames).optional(),
  faults: z.array(Fault).min(1).max(MOST).optional(),
  /** Strikes this order only, where a fault does not name another. */
  orderId: z.optional(OrderId),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .optional(),
});
type Given = z.infer<typeof Given>;

const isEither = ({ faults, preset }: Given) => (faults === undefined) !== (preset === undefined);
const SetFaults = Given.refine(isEither, { error: "Send either a preset or faults." });
const AddFaults = SetFaults.refine(({ seed }) => seed === undefined, {
  error: "The faults that are on keep their seed; PUT all of them to begin again with another.",
  path: ["seed"],
});

export function mountFaultRoutes(app: Hono, board: FaultBoard): void {
  const state = () => ({ seed: board.seed(), faults: board.list(), presets });

  app.get("/__local/faults", (context) => context.json(state()));

  // Every kind with its fields, for forms.
  const schema = z.toJSONSchema(Fault, { io: "input" });
  app.get("/__local/faults/schema", (context) => context.json(schema));

  app.put("/__local/faults", async (context) => {
    const given = await bodyOf(context.req.raw, SetFaults);
    if ("problem" in given) return given.problem;
    board.set(faultsOf(given.body), given.body.seed);
    return context.json(state());
  });

  app.post("/__local/faults", async (context) => {
    const given = await bodyOf(context.req.raw, AddFaults);
    if ("problem" in given) return given.problem;
    const more = faultsOf(given.body);
    if (board.list().length + more.length > MOST)
      return problemResponse(409, "too-many-faults", `At most ${MOST} faults are on at once.`);
    board.add(more);
    return context.json(state());
  });

  app.delete("/__local/faults", (context) => {
    board.remove();
    return context.json(state());
  });

  app.delete("/__local/faults/:id", (context) => {
    if (board.remove(context.req.param("id"))) return context.json(state());
    return problemResponse(404, "not-found", "There is no such fault.");
  });
}

function faultsOf({ preset, faults = [], orderId }: Given): GivenFault[] {
  const given: readonly GivenFault[] = preset === undefined ? faults : presets[preset];
  return given.map((fault) => ({ ...(orderId && { orderId }), ...fault }));
}
