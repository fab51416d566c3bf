// Mistakes in the saved queries that a promise must name.
import { types } from "../../src/types.ts";
import { inputs, type Mutation, removed } from "./edits.ts";

const order = "a saved query shows one order's lines";
const failed = "a saved query shows what failed";

/** Edits a saved query's text. */
const text = (name: string, from: string, to: string) =>
  inputs(types.query, `logs/${name}`, (given) => {
    if (!given.queryString.includes(from)) throw new Error(`The query ${name} has no ${from} to change.`);
    given.queryString = given.queryString.replace(from, to);
  });

const withoutALogGroup = (name: string) =>
  inputs(types.query, `logs/${name}`, (given) => given.logGroupNames.pop());

export const queryMutations: readonly Mutation[] = [
  { change: "the query of an order is removed", edit: removed(types.query, "logs/order"), breaks: order },
  { change: "an order is not searched in all functions", edit: withoutALogGroup("order"), breaks: order },
  { change: "an order's lines by time backwards", edit: text("order", "asc", "desc"), breaks: order },
  {
    change: "an order is searched by a field that no line has",
    edit: text("order", 'orderId = "', 'order = "'),
    breaks: order,
  },
  {
    change: "a query in words that Logs Insights does not know",
    edit: text("order", "filter orderId", "where orderId"),
    breaks: order,
  },
  { change: "the query of failures is removed", edit: removed(types.query, "logs/failed"), breaks: failed },
  { change: "failures are not searched in all functions", edit: withoutALogGroup("failed"), breaks: failed },
  {
    change: "a message that comes again is no failure",
    edit: text("failed", '"warn", ', ""),
    breaks: failed,
  },
  {
    change: "a function that ran out of time is no failure",
    edit: text("failed", ', "timeout"', ""),
    breaks: failed,
  },
  { change: "a function that crashed is no failure", edit: text("failed", ', "ERROR"', ""), breaks: failed },
  { change: "the last hour is the last day", edit: text("failed", "3600000", "86400000"), breaks: failed },
  { change: "the last hour is the last 3.6 s", edit: text("failed", "3600000", "3600"), breaks: failed },
];
