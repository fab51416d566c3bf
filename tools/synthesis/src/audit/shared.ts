// Two stages in one account: nothing that one of them makes has the name of something of the other.
import type { Graph, Resource } from "../graph.ts";

/** Names that need to differ only within what they belong to, and the inputs that say what that is. */
const within: Readonly<Record<string, readonly string[]>> = {
  "apigatewayv2/authorizer:Authorizer": ["apiId"],
  "apigatewayv2/route:Route": ["apiId"],
  "apigatewayv2/stage:Stage": ["apiId"],
  "backup/selection:Selection": ["planId"],
  "cloudwatch/eventTarget:EventTarget": ["eventBusName", "rule"],
  "cognito/resourceServer:ResourceServer": ["userPoolId"],
  "cognito/userPoolClient:UserPoolClient": ["userPoolId"],
  "lambda/alias:Alias": ["functionName"],
  "schemas/schema:Schema": ["registryName"],
  "sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": ["configurationSetName"],
};

const nameFields = [
  "name",
  "alarmName",
  "bucket",
  "configurationSetName",
  "dashboardName",
  "domain",
  "emailIdentity",
  "eventDestinationName",
  "routeKey",
  "targetId",
];

function identities({ inputs, type }: Resource): string[] {
  const short = type.replace(/^aws:/, "");
  // An object of a stage's code lies in the account's one bucket, under a key with the stage's own hash.
  if (short.startsWith("s3/bucketObject")) return [];
  const of = (within[short] ?? []).map((field) => `${field} ${inputs[field]}`);
  const owner = within[short] === undefined ? [] : of;
  return nameFields
    .filter((field) => typeof inputs[field] === "string" && !(within[short] ?? []).includes(field))
    .map((field) => [short, ...owner, field, inputs[field]].join(" "));
}

export function shared(one: Graph, other: Graph): string[] {
  const theirs = new Set(other.resources.flatMap(identities));
  return one.resources
    .flatMap(identities)
    .filter((each) => theirs.has(each))
    .map((each) => `${each} is made by ${one.stage} and by ${other.stage}`);
}
