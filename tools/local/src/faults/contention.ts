// The board's contention of tables, as the endpoint asks for it with each request.
import type { TableContention } from "@order-saga/emulator";
import { published } from "@order-saga/emulator/dynamodb/contention/throughput";
import type { FaultBoard, ListedFault } from "./board.ts";

type ListedContention = Extract<ListedFault, { kind: "contention" }>;

/** A hit is a request that was throttled; conflicts follow from the time alone, and are none. */
export function createContention(board: FaultBoard): () => TableContention | undefined {
  let known: { settings: string; contention: TableContention } | undefined;
  return () => {
    const fault = board.list().find((each): each is ListedContention => each.kind === "contention");
    if (!fault || fault.left === 0) return undefined;
    const { hits: _, left: __, ...settings } = fault;
    // As long as nothing is changed it is the same object, so that tables go on with what they have taken.
    if (known?.settings !== JSON.stringify(settings))
      known = { settings: JSON.stringify(settings), contention: contentionOf(fault, board) };
    return known.contention;
  };
}

function contentionOf(fault: ListedContention, board: FaultBoard): TableContention {
  return {
    transactionMilliseconds: fault.transactionMilliseconds,
    throughput: {
      partition: { read: fault.partitionReadUnits, write: fault.partitionWriteUnits },
      warm: { read: fault.tableReadUnits, write: fault.tableWriteUnits },
      most: published.most,
    },
    refuses: () => board.strike("contention", () => true) !== undefined,
  };
}
