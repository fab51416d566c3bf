// The ten questions of the form, with the figures of the page.
import type { Question } from "./decide.ts";
import type { Figures } from "./figures.ts";

const SAGA = "this saga";
const FUNCTION = "one function with an outbox";

export function questionsOf({ aMillion, alone, containersFrom, parts, workerFrom }: Figures): Question[] {
  return [
    {
      asks: "Must the answer to the request already say whether stock and payment went well?",
      yes: {
        way: FUNCTION,
        decides: true,
        because: `This saga answers 202 and settles later. Alone, one function answers after ${alone("one function")}, this saga has settled after ${alone(SAGA)}.`,
      },
    },
    {
      asks: "Does one team own stock, payment and mail, and deploy them together?",
      yes: {
        way: FUNCTION,
        because: `One function has 3 parts to deploy and watch, this saga ${parts.functions} functions and ${parts.queues} queues.`,
      },
      no: { way: SAGA, because: "Each service is deployed alone and knows events only." },
    },
    {
      asks: "Must an order be accepted while the payment provider, or a service, is down for hours?",
      yes: {
        way: SAGA,
        because: "Each reaction's queue keeps its messages for days, and goes on by itself.",
      },
    },
    {
      asks: "Will others want to hear of orders without the code of orders being changed?",
      yes: {
        way: SAGA,
        because: `They add a rule and a queue; ${parts.events} types of event are there to hear.`,
      },
    },
    {
      asks: "Do the steps stand in a line, and change every week?",
      yes: {
        way: "durable functions",
        because: `A step is a line there, for ${aMillion("durable functions")} dollars a million orders; here it is a manifest, a reaction and events, for ${aMillion(SAGA)}.`,
      },
    },
    {
      asks: "Do people decide within an order, days or weeks later?",
      yes: {
        way: "Step Functions",
        because: `It waits for a year without cost, and shows where; ${aMillion("Step Functions Standard")} dollars a million orders.`,
      },
    },
    {
      asks: "Must the events of one key be handled strictly in their order?",
      yes: {
        way: "EventBridge's new bus, with an EventGroupId",
        decides: true,
        because: "SQS standard queues reorder; here records decide what may follow what.",
      },
    },
    {
      asks: "Must stock be exact over several regions at once?",
      yes: {
        way: "a database with transactions over regions",
        decides: true,
        because: "A transaction of DynamoDB holds in one region, and global tables merge by the last writer.",
      },
    },
    {
      asks: `Are there more than ${workerFrom} million orders a month?`,
      yes: {
        way: "this saga, its reactions in a worker",
        because: `From there on two tasks cost less than Lambda.`,
      },
    },
    {
      asks: "Do containers and a PostgreSQL run already, with somebody on call for them?",
      yes: {
        way: "DBOS, BullMQ or Restate",
        because: `From ${containersFrom} million orders a month they cost less too, counting containers and database alone.`,
      },
    },
  ];
}
