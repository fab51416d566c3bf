// Mistakes in permissions that a promise must name.
import { types } from "../../src/types.ts";
import { action, inputs, type Mutation, one, policy, reaction, role, roleOf } from "./edits.ts";

export const permissionsMutations: readonly Mutation[] = [
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
    breaks: "a function reads and writes its own service's table and",
  },
  {
    change: "a reading function may write",
    edit: role("OrdersListOrdersRole", (statements) => {
      action(statements, "dynamodb:Query").Action.push("dynamodb:PutItem");
    }),
    breaks: "a function reads and writes its own service's table and",
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
];
