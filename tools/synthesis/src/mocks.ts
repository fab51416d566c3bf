// AWS's answers while the graph is rendered: ids and ARNs made from the names, policies as AWS writes them.
import type { Resource } from "./graph.ts";

export const account = "123456789012";
export const region = "eu-west-1";

type Inputs = Record<string, unknown>;

/** The resource as AWS would have made it; its name is the one asked for, or Pulumi's. */
export function made(
  type: string,
  name: string,
  inputs: Inputs,
): { resource: Omit<Resource, "options">; state: Inputs } {
  const called = String(inputs.name ?? inputs.configurationSetName ?? inputs.emailIdentity ?? name);
  const id = `${called}-id`;
  const path = aliased(type, inputs) ?? called;
  const arn = String(inputs.arn ?? arnOf(type, path)).replace(region, String(inputs.region ?? region));
  const state: Inputs = { ...inputs, arn, name: inputs.name ?? called, ...extras(type, called, arn) };
  return { resource: { type, name, inputs, id, arn }, state };
}

/** An alias is `function:NAME:ALIAS`. */
function aliased(type: string, { functionName, name }: Inputs): string | undefined {
  return type.includes("lambda/alias:") ? `${functionName}:${name}` : undefined;
}

function arnOf(type: string, name: string): string {
  const [, path = ""] = type.split(":");
  const of = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  switch (path) {
    case "sqs/queue":
      return of("sqs", name);
    case "cloudwatch/eventBus":
      return of("events", `event-bus/${name}`);
    case "cloudwatch/eventRule":
      return of("events", `rule/${name}`);
    case "cloudwatch/logGroup":
      return of("logs", `log-group:${name}`);
    case "lambda/alias":
    case "lambda/function":
      return of("lambda", `function:${name}`);
    case "dynamodb/table":
      return of("dynamodb", `table/${name}`);
    case "backup/vault":
      return of("backup", `backup-vault:${name}`);
    case "kms/key":
      return of("kms", `key/${name}`);
    case "sns/topic":
      return of("sns", name);
    case "iam/role":
      return `arn:aws:iam::${account}:role/${name}`;
    case "sesv2/emailIdentity":
      return of("ses", `identity/${name}`);
    case "sesv2/configurationSet":
      return of("ses", `configuration-set/${name}`);
    default:
      return of(path.split("/")[0] ?? "", name);
  }
}

function extras(type: string, name: string, arn: string): Inputs {
  if (type.includes("sqs/queue:")) return { url: `https://sqs.${region}.amazonaws.com/${account}/${name}` };
  if (type.includes("randomBytes")) return { base64: Buffer.alloc(32).toString("base64") };
  if (type.includes("lambda/function:"))
    return { invokeArn: `${arn}/invocations`, qualifiedArn: `${arn}:1`, version: "1" };
  if (type.includes("sesv2/configurationSet:")) return { configurationSetName: name };
  if (type.includes("apigatewayv2/api:")) {
    return {
      apiEndpoint: `https://${name}.execute-api.${region}.amazonaws.com`,
      executionArn: `arn:aws:execute-api:${region}:${account}:${name}-id`,
    };
  }
  return {};
}

type Statement = {
  effect?: string;
  sid?: string;
  actions?: string[];
  resources?: string[];
  principals?: { type: string; identifiers: string[] }[];
  conditions?: { test: string; variable: string; values: string[] }[];
};

/** The provider's functions that the stacks and SST call. Throws on an unknown one. */
export function called(token: string, inputs: Inputs): Inputs {
  if (token.includes("getCallerIdentity")) {
    return { accountId: account, arn: `arn:aws:iam::${account}:root`, id: account, userId: account };
  }
  if (token.includes("getRegion:")) return { name: region, region, id: region };
  if (token.includes("getPartition")) return { partition: "aws", id: "aws" };
  if (token.includes("getPolicyDocument")) {
    return { ...inputs, json: JSON.stringify(policyDocument((inputs.statements ?? []) as Statement[])) };
  }
  throw new Error(`The rendering has no answer for the provider's function ${token}; add it to mocks.ts.`);
}

function policyDocument(statements: readonly Statement[]) {
  return {
    Version: "2012-10-17",
    Statement: statements.map(({ sid, effect, actions, resources, principals, conditions }) => ({
      ...(sid && { Sid: sid }),
      Effect: effect ?? "Allow",
      ...(principals && {
        Principal: Object.fromEntries(principals.map((each) => [each.type, each.identifiers])),
      }),
      Action: actions ?? [],
      ...(resources && { Resource: resources }),
      ...(conditions && { Condition: conditionsOf(conditions) }),
    })),
  };
}

function conditionsOf(conditions: NonNullable<Statement["conditions"]>) {
  const byTest: Record<string, Record<string, string[]>> = {};
  for (const { test, variable, values } of conditions) {
    byTest[test] = { ...byTest[test], [variable]: values };
  }
  return byTest;
}
