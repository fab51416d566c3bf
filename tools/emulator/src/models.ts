// The shapes of the requests that come as JSON, by service and operation.
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as eventbridge from "@aws-sdk/client-eventbridge";
import * as sqs from "@aws-sdk/client-sqs";
import { inputOf, type Misfit, misfit, type Shape } from "./shapes.ts";

const clients = { dynamodb, eventbridge, sqs };
export type JsonService = keyof typeof clients;

const known = new Map<string, Shape | undefined>();

/** Of the operation's input; undefined if the service has no such operation. */
export function requestShape(service: JsonService, operation: string): Shape | undefined {
  const id = `${service} ${operation}`;
  // Only names that a client has are kept, so that invented ones take no memory.
  const shape = known.get(id) ?? inputOf(clients[service], operation);
  if (shape) known.set(id, shape);
  return shape;
}

/** Why the service could not read the request; an operation that is not there is refused by its engine. */
export function unreadable(service: JsonService, operation: string, input: object): Misfit | undefined {
  const shape = requestShape(service, operation);
  return shape && misfit(shape, input);
}
