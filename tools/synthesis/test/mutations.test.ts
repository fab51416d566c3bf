// Each promise can fail: the graph is edited as a careless change of stacks/ would, and the promise names it.
import { expect, test } from "vitest";
import type { Graph, Resource } from "../src/graph.ts";
import { promises } from "../src/promises/index.ts";
import { types } from "../src/types.ts";
import { rendered } from "./rendered.ts";

const production = await rendered("production");

type Mutation = { change: string; edit: (graph: Graph) => void; breaks: string };

/** The resource of a type whose name in AWS ends with `text`, or else the first whose name holds it. */
function one(graph: Graph, type: string, text = ""): Resource {
  const all = graph.resources.filter((each) => each.type === type);
  const found =
    all.find(({ inputs }) => String(inputs.name).endsWith(text)) ??
    all.find((each) => `${each.name} ${each.inputs.name}`.includes(text));
  if (!found) throw new Error(`The graph has no ${type} ${text} to change.`);
  return found;
}

function remove(graph: Graph, resource: Resource): void {
  graph.resources.splice(graph.resources.indexOf(resource), 1);
}

function removed(type: string, text = "") {
  return (graph: Graph) => remove(graph, one(graph, type, text));
}

/** Edits the inputs of a resource. */
// biome-ignore lint/suspicious/noExplicitAny: inputs are as wide as AWS
function inputs(type: string, text: string, edit: (inputs: any) => void) {
  return (graph: Graph) => edit(one(graph, type, text).inputs);
}

// biome-ignore lint/suspicious/noExplicitAny: policies are JSON
type RawStatement = Record<string, any>;

/** Edits the statements of a function's role. */
function role(name: string, edit: (statements: RawStatement[]) => void) {
  return inputs(types.role, name, (given) => {
    const [policy] = given.inlinePolicies;
    const document = JSON.parse(policy.policy);
    edit(document.Statement);
    policy.policy = JSON.stringify(document);
  });
}

/** Edits the JSON of a policy held in `field`. */
function policy(type: string, name: string, field: string, edit: (statements: RawStatement[]) => void) {
  return inputs(type, name, (given) => {
    const document = JSON.parse(given[field]);
    edit(document.Statement);
    given[field] = JSON.stringify(document);
  });
}

function action(statements: RawStatement[], name: string): RawStatement {
  const found = statements.find((each) => [each.Action].flat().includes(name));
  if (!found) throw new Error(`No statement allows ${name}.`);
  return found;
}

const reaction = "payment-capture-payment";
const roleOf = "PaymentCapturePaymentRole";

const mutations: Mutation[] = [
  // Completeness
  ...[types.rule, types.target, types.queue, types.mapping, types.function].map((type) => ({
    change: `a reaction loses its ${type}`,
    edit: removed(type, type === types.mapping || type === types.target ? "CapturePayment" : reaction),
    breaks: "every reaction of the manifests is whole",
  })),
  ...["-dlq", "-undelivered"].map((suffix) => ({
    change: `a reaction loses its queue ${suffix}`,
    edit: removed(types.queue, `${reaction}${suffix}`),
    breaks: "every reaction of the manifests is whole",
  })),
  {
    change: "a schedule is removed",
    edit: removed(types.schedule, "sweep-orders"),
    breaks: "every schedule of the manifests runs",
  },
  {
    change: "a schedule runs hourly",
    edit: inputs(types.schedule, "resume-payments", (each) => {
      each.scheduleExpression = "rate(1 hour)";
    }),
    breaks: "every schedule of the manifests runs",
  },
  // Queues
  {
    change: "a queue loses its redrive policy",
    edit: inputs(types.queue, reaction, (each) => {
      delete each.redrivePolicy;
    }),
    breaks: "every queue has its own dead-letter queue",
  },
  {
    change: "two queues share a dead-letter queue",
    edit: (graph) => {
      const other = one(graph, types.queue, "payment-abort-payment").inputs;
      one(graph, types.queue, reaction).inputs.redrivePolicy = other.redrivePolicy;
    },
    breaks: "every queue has its own dead-letter queue",
  },
  {
    change: "SST's default of three deliveries",
    edit: inputs(types.queue, reaction, (each) => {
      each.redrivePolicy = JSON.stringify({ ...JSON.parse(each.redrivePolicy), maxReceiveCount: 3 });
    }),
    breaks: "a message is delivered at least five times",
  },
  {
    change: "a dead-letter queue keeps SQS's default of four days",
    edit: inputs(types.queue, `${reaction}-dlq`, (each) => {
      delete each.messageRetentionSeconds;
    }),
    breaks: "a dead-letter queue keeps its messages for fourteen days",
  },
  {
    change: "a queue keeps messages as long as its dead-letter queue",
    edit: inputs(types.queue, reaction, (each) => {
      each.messageRetentionSeconds = 1_209_600;
    }),
    breaks: "a dead letter is kept longer",
  },
  {
    change: "any queue may use the dead-letter queue",
    edit: removed("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "CapturePayment"),
    breaks: "a dead-letter queue takes dead letters of its own queue only",
  },
  {
    change: "a queue is not encrypted",
    edit: inputs(types.queue, reaction, (each) => {
      each.sqsManagedSseEnabled = false;
    }),
    breaks: "every queue is encrypted at rest",
  },
  {
    change: "a queue answers over plain HTTP",
    edit: policy(types.queuePolicy, "CapturePaymentPolicy", "policy", (statements) => statements.shift()),
    breaks: "every queue refuses to be used without TLS",
  },
  {
    change: "SST's queue policy, without a source",
    edit: policy(types.queuePolicy, "CapturePaymentPolicy", "policy", (statements) => {
      delete action(statements.slice(1), "sqs:SendMessage").Condition;
    }),
    breaks: "a queue accepts messages from its own rule only",
  },
  {
    change: "a second queue policy beside ours, as subscribeQueue adds",
    edit: (graph) => {
      graph.resources.push({ ...one(graph, types.queuePolicy, "CapturePaymentPolicy"), name: "Second" });
    },
    breaks: "a queue accepts messages from its own rule only",
  },
  // Delivery
  {
    change: "a rule without a pattern, which matches everything",
    edit: inputs(types.rule, reaction, (each) => {
      each.eventPattern = JSON.stringify({ source: [{ prefix: "" }] });
    }),
    breaks: "every rule is on",
  },
  {
    change: "a rule is disabled",
    edit: inputs(types.rule, reaction, (each) => {
      each.state = "DISABLED";
    }),
    breaks: "every rule is on",
  },
  {
    change: "a rule has no target",
    edit: removed(types.target, "CapturePayment"),
    breaks: "every rule has one target",
  },
  {
    change: "a target has no retry policy",
    edit: inputs(types.target, "CapturePayment", (each) => {
      delete each.retryPolicy;
    }),
    breaks: "a rule's target is tried again",
  },
  {
    change: "a target has no dead-letter queue, as in SST's defaults",
    edit: inputs(types.target, "CapturePayment", (each) => {
      delete each.deadLetterConfig;
    }),
    breaks: "a rule's target has a dead-letter queue",
  },
  {
    change: "EventBridge may not write to a target's dead-letter queue",
    edit: policy(types.queuePolicy, "CapturePaymentUndeliveredPolicy", "policy", (statements) =>
      statements.pop(),
    ),
    breaks: "a queue accepts messages from its own rule only",
  },
  {
    change: "SST's default of no partial responses",
    edit: inputs(types.mapping, "CapturePayment", (each) => {
      each.functionResponseTypes = [];
    }),
    breaks: "a batch answers record by record",
  },
  {
    change: "no limit of concurrency",
    edit: inputs(types.mapping, "CapturePayment", (each) => {
      delete each.scalingConfig;
    }),
    breaks: "every mapping is limited",
  },
  {
    change: "a mapping is off",
    edit: inputs(types.mapping, "CapturePayment", (each) => {
      each.enabled = false;
    }),
    breaks: "every mapping is on",
  },
  {
    change: "SST's default visibility timeout of 30 s",
    edit: inputs(types.queue, reaction, (each) => {
      each.visibilityTimeoutSeconds = 30;
    }),
    breaks: "a message stays hidden",
  },
  {
    change: "a function's timeout grows and its queue's does not",
    edit: inputs(types.function, reaction, (each) => {
      each.timeout = 31;
    }),
    breaks: "a message stays hidden",
  },
  // Permissions
  {
    change: "SST's link of a bus",
    edit: role(roleOf, (statements) => {
      action(statements, "events:PutEvents").Action = ["events:*"];
    }),
    breaks: "no policy allows a wildcard",
  },
  {
    change: "SST's link of an e-mail identity",
    edit: role("NotifyCustomerRole", (statements) => {
      action(statements, "ses:SendRawEmail").Resource = ["*"];
    }),
    breaks: "no policy allows a wildcard",
  },
  {
    change: "SST's basic execution role",
    edit: inputs(types.role, roleOf, (each) => {
      each.managedPolicyArns = ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"];
    }),
    breaks: "no role has a managed policy",
  },
  {
    change: "SST's trust in the whole account",
    edit: policy(types.role, roleOf, "assumeRolePolicy", ([statement]) => {
      if (statement)
        statement.Principal = { Service: "lambda.amazonaws.com", AWS: "arn:aws:iam::123456789012:root" };
    }),
    breaks: "every function has a role of its own",
  },
  {
    change: "two functions share a role",
    edit: (graph) => {
      one(graph, types.function, reaction).inputs.role = one(
        graph,
        types.function,
        "abort-payment",
      ).inputs.role;
    },
    breaks: "every function has a role of its own",
  },
  {
    change: "a function may publish for another service",
    edit: role(roleOf, (statements) => {
      action(statements, "events:PutEvents").Condition.StringEquals["events:source"] = ["shop.orders"];
    }),
    breaks: "a function publishes only",
  },
  {
    change: "a function may publish any type",
    edit: role(roleOf, (statements) => {
      delete action(statements, "events:PutEvents").Condition.StringEquals["events:detail-type"];
    }),
    breaks: "a function publishes only",
  },
  {
    change: "a function may read another service's table",
    edit: role(roleOf, (statements) => {
      action(statements, "dynamodb:GetItem").Resource.push(
        "arn:aws:dynamodb:eu-west-1:123456789012:table/Orders",
      );
    }),
    breaks: "a function reads and writes its own service's table only",
  },
  {
    change: "a reading function may write",
    edit: role("OrdersGetOrderRole", (statements) => {
      action(statements, "dynamodb:GetItem").Action.push("dynamodb:PutItem");
    }),
    breaks: "a function reads and writes its own service's table only",
  },
  {
    change: "a function may scan",
    edit: role(roleOf, (statements) => {
      action(statements, "dynamodb:GetItem").Action.push("dynamodb:Scan");
    }),
    breaks: "no function may scan or delete",
  },
  {
    change: "a function may read another reaction's queue",
    edit: role(roleOf, (statements) => {
      action(statements, "sqs:ReceiveMessage").Resource.push("arn:aws:sqs:eu-west-1:123456789012:other");
    }),
    breaks: "a function takes messages from its own queue",
  },
  {
    change: "another function may send mail",
    edit: (graph) => {
      const mail = JSON.parse(one(graph, types.role, "NotifyCustomerRole").inputs.inlinePolicies[0].policy);
      role(roleOf, (statements) => statements.push(action(mail.Statement, "ses:SendRawEmail")))(graph);
    },
    breaks: "only the function that is to send mail",
  },
  {
    change: "mail may be sent from any address",
    edit: role("NotifyCustomerRole", (statements) => {
      delete action(statements, "ses:SendRawEmail").Condition;
    }),
    breaks: "only the function that is to send mail",
  },
  {
    change: "a function may write another's logs",
    edit: role(roleOf, (statements) => {
      action(statements, "logs:PutLogEvents").Resource = [
        "arn:aws:logs:eu-west-1:123456789012:log-group:x:log-stream:*",
      ];
    }),
    breaks: "a function writes its own log group",
  },
  {
    change: "a secret is handed to a function that does not name it",
    edit: inputs(types.function, "orders-get-order", (each) => {
      each.environment.variables.STRIPE_API_KEY = "example";
    }),
    breaks: "a secret is in the environment",
  },
  {
    change: "a secret in the clear",
    edit: inputs(types.function, reaction, (each) => {
      delete each.kmsKeyArn;
    }),
    breaks: "a secret is in the environment",
  },
  {
    change: "any API may invoke a function",
    edit: inputs(types.permission, "", (each) => {
      delete each.sourceArn;
    }),
    breaks: "a function may be invoked by its own",
  },
  // Data
  {
    change: "no point-in-time recovery",
    edit: inputs(types.table, "Payment", (each) => {
      each.pointInTimeRecovery = { enabled: false };
    }),
    breaks: "every table can be restored",
  },
  {
    change: "a table is not encrypted with a key of the account",
    edit: inputs(types.table, "Payment", (each) => {
      delete each.serverSideEncryption;
    }),
    breaks: "every table is encrypted",
  },
  {
    change: "a table gets a TTL",
    edit: inputs(types.table, "Payment", (each) => {
      each.ttl = { enabled: true, attributeName: "expireAt" };
    }),
    breaks: "no record expires",
  },
  {
    change: "production's table can be deleted",
    edit: inputs(types.table, "Payment", (each) => {
      each.deletionProtectionEnabled = false;
    }),
    breaks: "production's tables are protected",
  },
  {
    change: "production's queues go with the stage, as with SST's `retain`",
    edit: (graph) => {
      one(graph, types.queue, reaction).options.retainOnDelete = false;
    },
    breaks: "production's tables, queues and key are kept",
  },
  {
    change: "production is not protected",
    edit: (graph) => {
      graph.outputs._protect = false;
    },
    breaks: "`sst remove` is refused",
  },
  {
    change: "the bus has no key of its own",
    edit: inputs(types.bus, "", (each) => {
      delete each.kmsKeyIdentifier;
    }),
    breaks: "the bus is encrypted",
  },
  {
    change: "the bus has no dead-letter queue",
    edit: inputs(types.bus, "", (each) => {
      delete each.deadLetterConfig;
    }),
    breaks: "the bus is encrypted",
  },
  {
    change: "the archive forgets after a day",
    edit: inputs(types.archive, "", (each) => {
      each.retentionDays = 1;
    }),
    breaks: "every event is archived",
  },
  {
    change: "EventBridge may use the key for any bus",
    edit: policy(types.key, "", "policy", (statements) => {
      delete action(statements, "kms:ReEncryptTo").Condition.StringEquals[
        "kms:EncryptionContext:aws:events:event-bus:arn"
      ];
    }),
    breaks: "the key rotates",
  },
  {
    change: "an event type has no schema",
    edit: removed(types.schema, "StockCommitted"),
    breaks: "every event type has its schema",
  },
  // API
  {
    change: "a route is missing",
    edit: (graph) => remove(graph, route(graph, "GET /orders/{orderId}")),
    breaks: "every route of the manifests",
  },
  {
    change: "a route asks for no token",
    edit: (graph) => {
      route(graph, "POST /orders").inputs.authorizationType = "NONE";
    },
    breaks: "a route with scopes asks for a token",
  },
  {
    change: "a route asks for a token of any scope",
    edit: (graph) => {
      route(graph, "PUT /stock/{sku}").inputs.authorizationScopes = [];
    },
    breaks: "a route with scopes asks for a token",
  },
  {
    change: "the authorizer takes tokens for any audience",
    edit: inputs(types.authorizer, "", (each) => {
      each.jwtConfiguration.audiences = [];
    }),
    breaks: "the authorizer knows one issuer",
  },
  {
    change: "no throttling",
    edit: inputs(types.apiStage, "", (each) => {
      delete each.defaultRouteSettings;
    }),
    breaks: "the API is throttled",
  },
  {
    change: "SST's access log, with address and agent",
    edit: inputs(types.apiStage, "", (each) => {
      each.accessLogSettings.format = '{"requestId":"$context.requestId","ip":"$context.identity.sourceIp"}';
    }),
    breaks: "the access log is JSON",
  },
  {
    change: "SST's default of any origin",
    edit: inputs("aws:apigatewayv2/api:Api", "", (each) => {
      each.corsConfiguration = { allowOrigins: ["*"] };
    }),
    breaks: "no other origin",
  },
  {
    change: "a route's function may take longer than API Gateway waits",
    edit: inputs(types.function, "orders-place-order", (each) => {
      each.timeout = 30;
    }),
    breaks: "a route's function gives up",
  },
  // Operations
  ...alarmMutations(),
  {
    change: "no bounce is counted",
    edit: inputs(types.mailEvents, "", (each) => {
      each.eventDestination.matchingEventTypes = ["SEND"];
    }),
    breaks: "mail goes through the configuration set",
  },
  {
    change: "bounced addresses are written to again",
    edit: inputs(types.configurationSet, "", (each) => {
      delete each.suppressionOptions;
    }),
    breaks: "mail goes through the configuration set",
  },
  {
    change: "an alarm links to a page that does not exist",
    edit: inputs(types.alarm, "dead-letters", (each) => {
      each.alarmDescription = each.alarmDescription.replace(/[a-z-]+\.md$/, "nowhere.md");
    }),
    breaks: "every alarm tells a topic and links",
  },
  {
    change: "an alarm has no action",
    edit: inputs(types.alarm, "dead-letters", (each) => {
      each.alarmActions = [];
    }),
    breaks: "every alarm tells a topic and links",
  },
  {
    change: "alarms in the clear",
    edit: inputs(types.topic, "", (each) => {
      delete each.kmsMasterKeyId;
    }),
    breaks: "alarms are encrypted",
  },
  {
    change: "logs are kept for ever",
    edit: inputs(types.logGroup, reaction, (each) => {
      delete each.retentionInDays;
    }),
    breaks: "logs are kept for a while",
  },
  {
    change: "Lambda's default, two lines of its own for each invocation",
    edit: inputs(types.function, reaction, (each) => {
      delete each.loggingConfig.systemLogLevel;
    }),
    breaks: "of an invocation that went well Lambda writes no line",
  },
  {
    change: "Lambda drops what the function wrote",
    edit: inputs(types.function, reaction, (each) => {
      each.loggingConfig.applicationLogLevel = "WARN";
    }),
    breaks: "of an invocation that went well Lambda writes no line",
  },
  {
    change: "a queue is not on the dashboard",
    edit: inputs(types.dashboard, "", (each) => {
      each.dashboardBody = each.dashboardBody.replaceAll(`${reaction}-dlq`, "");
    }),
    breaks: "the dashboard shows",
  },
  {
    change: "an older Node",
    edit: inputs(types.function, reaction, (each) => {
      each.runtime = "nodejs20.x";
    }),
    breaks: "every function runs on Node 24",
  },
  // Bundles
  {
    change: "a function without a source map",
    edit: (graph) => {
      bundleOf(graph, reaction).sourceMapBytes = 0;
    },
    breaks: "every function is an ES module",
  },
  {
    change: "a function imports another service",
    edit: (graph) => {
      bundleOf(graph, reaction).inputs["packages/orders/src/order.ts"] = 1;
    },
    breaks: "no function carries another service's code",
  },
  {
    change: "a silent function carries a client of the bus",
    edit: (graph) => {
      const { inputs } = bundleOf(graph, "notification-notify-customer");
      inputs["node_modules/.pnpm/x/node_modules/@aws-sdk/client-eventbridge/dist-es/index.js"] = 1;
    },
    breaks: "no function carries a client it does not use",
  },
  {
    change: "a function imports the whole of zod",
    edit: (graph) => {
      bundleOf(graph, reaction).inputs["node_modules/zod/v4/locales/de.js"] = 1;
    },
    breaks: "no function carries translations",
  },
  {
    change: "a function can sign in by SSO",
    edit: (graph) => {
      bundleOf(graph, reaction).inputs["node_modules/@aws-sdk/credential-provider-sso/dist-es/index.js"] = 1;
    },
    breaks: "no function carries translations",
  },
  {
    change: "a function grows",
    edit: (graph) => {
      bundleOf(graph, reaction).gzipBytes *= 2;
    },
    breaks: "every function is within its budget",
  },
];

// biome-ignore lint/suspicious/noExplicitAny: a bundle is read-only elsewhere
function bundleOf(graph: Graph, name: string): { [K in keyof Graph["bundles"][number]]: any } {
  const [service, ...words] = name.split("-");
  const found = graph.bundles.find(
    ({ handler }) => handler === `packages/${service}/src/functions/${words.join("-")}.handler`,
  );
  if (!found) throw new Error(`The graph has no bundle of ${name}.`);
  return found;
}

function route(graph: Graph, key: string): Resource {
  const found = graph.resources.find(({ type, inputs }) => type === types.route && inputs.routeKey === key);
  if (!found) throw new Error(`The graph has no route ${key}.`);
  return found;
}

/** Every kind of alarm, removed one at a time. */
function alarmMutations(): Mutation[] {
  const kinds: [alarm: string, breaks: string][] = [
    [`${reaction}-dead-letters`, "an alarm tells of every dead letter"],
    ["bus-dead-letters", "an alarm tells of every dead letter"],
    [`${reaction}-undelivered-events`, "an alarm tells of every event that was not delivered"],
    [`${reaction}-message-age`, "an alarm fires when messages wait too long"],
    [`${reaction}-rule-failures`, "an alarm fires when a rule fails"],
    [`${reaction}-rule-losses`, "an alarm fires when a rule fails"],
    [`${reaction}-errors`, "an alarm fires when a function fails"],
    [`${reaction}-throttles`, "an alarm fires when a function fails"],
    [`${reaction}-duration`, "an alarm fires when a function fails"],
    ["resume-payments-silent", "an alarm fires when a schedule does not run"],
    ["stuck-orders", "an alarm tells of orders that are not settled"],
    [`${reaction}-invariant-violations`, "an alarm fires when an invariant is violated"],
    ["mail-outcomes", "an alarm tells of mail"],
    ["mail-bounces", "an alarm tells of mail"],
    ["mail-complaints", "an alarm tells of mail"],
  ];
  return [
    ...kinds.map(([alarm, breaks]) => ({
      change: `the alarm ${alarm} is removed`,
      edit: removed(types.alarm, alarm),
      breaks,
    })),
    ...["stuck-orders", `${reaction}-invariant-violations`, "mail-outcomes"].map((filter) => ({
      change: `the log filter ${filter} is removed`,
      edit: removed(types.metricFilter, filter),
      breaks: kinds.find(([alarm]) => alarm === filter)?.[1] ?? "",
    })),
  ];
}

test.each(mutations)("$change: $breaks…", ({ edit, breaks }) => {
  const graph = structuredClone(production);
  edit(graph);
  expect(complaints(graph, breaks), "the promise does not notice").not.toEqual([]);
  expect(complaints(production, breaks), "the promise does not hold to begin with").toEqual([]);
});

/** What the promise that begins with these words says; one that cannot even be judged complains as well. */
function complaints(graph: Graph, says: string): string[] {
  const [found, second] = promises.filter((each) => each.says.startsWith(says));
  if (!found || second) throw new Error(`Not one promise begins with "${says}".`);
  try {
    return found.broken(graph);
  } catch (error) {
    return [String(error)];
  }
}

test("every promise is broken by some mutation", () => {
  const unbroken = promises.filter(({ says }) => !mutations.some(({ breaks }) => says.startsWith(breaks)));
  expect(unbroken.map(({ says }) => says)).toEqual([]);
});
