// Mistakes about which table a service uses.
import { types } from "../../src/types.ts";
import { inputs, type Mutation, one, removed, role } from "./edits.ts";

const capture = "payment-capture-payment";
const captureRole = "PaymentCapturePaymentRole";

export const tableMutations: readonly Mutation[] = [
  {
    change: "a service has no table",
    edit: removed(types.table, "Notification"),
    breaks: "every service has one table",
  },
  {
    change: "a service keeps its old table beside the restored one",
    edit: (graph) => {
      const arn = `${one(graph, types.table, "Payment").arn.split("/")[0]}/order-saga-production-payment-restored`;
      graph.found.push({ type: types.table, name: "PaymentRestoredTable", id: "payment-restored", arn });
    },
    breaks: "every service has one table",
  },
  {
    change: "a function is told of its neighbour's table",
    edit: (graph) => {
      const { variables } = one(graph, types.function, capture).inputs.environment;
      variables.TABLE_NAME = one(graph, types.table, "Orders").arn.split("/").at(-1);
    },
    breaks: "a function reads and writes its own service's table and",
  },
  {
    change: "a function is told of no table",
    edit: inputs(types.function, capture, (each) => {
      delete each.environment.variables.TABLE_NAME;
    }),
    breaks: "a function reads and writes its own service's table and",
  },
  {
    change: "a role still names the table before its restore",
    edit: role(captureRole, (statements) => {
      for (const each of statements)
        each.Resource = [each.Resource].flat().map((arn) => arn.replace(/table\/[^/]+/, "table/before"));
    }),
    breaks: "a function reads and writes its own service's table and",
  },
];
