// Mistakes in what a stage makes beside others that a promise must name.
import type { Graph } from "../../src/graph.ts";
import { types } from "../../src/types.ts";
import { action, inputs, type Mutation, policy, removed, role, route } from "./edits.ts";

const withoutOnKey = (name: string) =>
  policy(types.key, "", "policy", (statements) => {
    const statement = action(statements, "kms:PutKeyPolicy");
    statement.Action = statement.Action.filter((each: string) => each !== name);
  });

/** A resource that another stage makes is made here too. */
const also = (type: string, given: Record<string, unknown>) => (graph: Graph) => {
  graph.resources.push({ type, name: "Also", inputs: given, id: "also", arn: "", options: {} });
};

const identityOf = (resource: string) =>
  role("NotifyCustomerRole", (statements) => {
    const statement = action(statements, "ses:SendRawEmail");
    statement.Resource = statement.Resource.map((each: string) =>
      each.includes(":identity/") ? each.replace(/:identity\/.*/, `:identity/${resource}`) : each,
    );
  });

const key = "the account's identities may do with the key";

export const accountMutations: readonly Mutation[] = [
  ...[
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:Encrypt",
    "kms:CreateGrant",
  ].map((name) => ({ change: `the account may not ${name}`, edit: withoutOnKey(name), breaks: key })),
  {
    change: "the account may use the key by way of one service only",
    edit: policy(types.key, "", "policy", (statements) => {
      action(statements, "kms:PutKeyPolicy").Condition = {
        StringEquals: { "kms:ViaService": "events.eu-west-1.amazonaws.com" },
      };
    }),
    breaks: key,
  },
  {
    change: "production's key goes after a week",
    edit: inputs(types.key, "", (each) => {
      each.deletionWindowInDays = 7;
    }),
    breaks: "the key of production waits",
  },
  {
    change: "a developer's key stays, and is paid for, another month",
    in: "ada",
    edit: inputs(types.key, "", (each) => {
      each.deletionWindowInDays = 30;
    }),
    breaks: "the key of production waits",
  },
  {
    change: "every stage makes the mail identity",
    in: "ada",
    edit: also(types.mailIdentity, { emailIdentity: "shop@example.com" }),
    breaks: "the mail identity is made in its owner's stage",
  },
  {
    change: "no stage makes the mail identity",
    edit: removed(types.mailIdentity),
    breaks: "the mail identity is made in its owner's stage",
  },
  {
    change: "every stage makes a schema registry",
    in: "ada",
    edit: also(types.registry, { name: "order-saga-ada-schemas" }),
    breaks: "the schema registry is made in its owner's stage",
  },
  {
    change: "SST's DMARC record of a domain",
    edit: also(types.dnsRecord, { name: "_dmarc.example.com", type: "TXT" }),
    breaks: "no DMARC record",
  },
  {
    change: "production may send by any identity",
    edit: identityOf("*"),
    breaks: "production sends mail by its own identity",
  },
  {
    change: "production sends by the identity of another shop",
    edit: identityOf("other.example"),
    breaks: "production sends mail by its own identity",
  },
  {
    change: "in the sandbox mail to a verified recipient is denied",
    in: "ada",
    edit: identityOf("shop@example.com"),
    breaks: "production sends mail by its own identity",
  },
  {
    change: "the shell's region decides where production is",
    edit: (graph) => {
      graph.region = "us-east-1";
    },
    breaks: "the stage is in the region",
  },
  {
    change: "a grant names another region",
    edit: role("NotifyCustomerRole", (statements) => {
      action(statements, "ses:SendRawEmail").Resource = [
        "arn:aws:ses:us-east-1:123456789012:identity/shop@example.com",
      ];
    }),
    breaks: "the stage is in the region",
  },
  {
    change: "production makes its own issuer",
    edit: also(types.userPool, { name: "users" }),
    breaks: "a stage is its own issuer",
  },
  {
    change: "anybody may sign up for a token of a stage",
    in: "ada",
    edit: inputs(types.userPool, "", (each) => {
      each.adminCreateUserConfig = { allowAdminCreateUserOnly: false };
    }),
    breaks: "a stage is its own issuer",
  },
  {
    change: "anybody with a password gets a token of a stage",
    in: "ada",
    edit: inputs(types.userPoolClient, "", (each) => {
      each.explicitAuthFlows.push("ALLOW_USER_PASSWORD_AUTH");
    }),
    breaks: "a stage is its own issuer",
  },
  {
    change: "production's routes take the scope of every user of a pool",
    edit: (graph) => {
      route(graph, "POST /orders").inputs.authorizationScopes.push("aws.cognito.signin.user.admin");
    },
    breaks: "a route with scopes asks for a token",
  },
  {
    change: "route metrics are paid for and not looked at",
    edit: inputs(types.apiStage, "", (each) => {
      each.defaultRouteSettings.detailedMetricsEnabled = true;
    }),
    breaks: "no metric is paid for by route",
  },
];
