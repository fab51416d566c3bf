// Mistakes in a role's statements that a promise must name.
import { action, type Mutation, type RawStatement, role, roleOf } from "./edits.ts";

const exact = "a function's role is the grants of its manifest";
const owners = "each kind of record is written by the functions that own it";
const keys = "a function names the keys of the items it uses";
const decrypts = "a function decrypts its own variables and its bucket's objects";

const leadingKeys = "dynamodb:LeadingKeys";
const context = "kms:EncryptionContext:aws:lambda:FunctionArn";
const getOrder = "OrdersGetOrderRole";
const placeOrder = "OrdersPlaceOrderRole";

/** Gives the statement with this action other leading keys. */
const withKeys =
  (name: string, ...values: string[]) =>
  (statements: RawStatement[]) => {
    action(statements, name).Condition = { "ForAllValues:StringLike": { [leadingKeys]: values } };
  };

const withoutCondition = (name: string) => (statements: RawStatement[]) => {
  delete action(statements, name).Condition;
};

export const grantsMutations: readonly Mutation[] = [
  {
    change: "a reading route gets an update",
    edit: role(getOrder, (statements) =>
      action(statements, "dynamodb:GetItem").Action.push("dynamodb:UpdateItem"),
    ),
    breaks: exact,
  },
  {
    change: "a reaction of payment may query its index, as its schedule does",
    edit: role(roleOf, (statements) => {
      const get = action(statements, "dynamodb:GetItem");
      statements.push({ ...get, Action: ["dynamodb:Query"], Resource: [`${get.Resource}/index/due`] });
    }),
    breaks: exact,
  },
  {
    change: "a list may be read of another index",
    edit: role("OrdersListOrdersRole", (statements) => {
      const query = action(statements, "dynamodb:Query");
      query.Resource = [query.Resource].flat().map((each: string) => each.replace(/list$/, "due"));
    }),
    breaks: exact,
  },
  {
    change: "customers' lists are read where the catalogue is",
    edit: role("OrdersListProductsRole", withKeys("dynamodb:Query", "*")),
    breaks: exact,
  },
  {
    change: "a statement is missing",
    edit: role(getOrder, (statements) => void statements.splice(0, 1)),
    breaks: exact,
  },
  {
    change: "a statement denies instead",
    edit: role(getOrder, (statements) => {
      action(statements, "dynamodb:GetItem").Effect = "Deny";
    }),
    breaks: exact,
  },
  {
    change: "a queue is purged by its reaction",
    edit: role(roleOf, (statements) =>
      action(statements, "sqs:ReceiveMessage").Action.push("sqs:PurgeQueue"),
    ),
    breaks: exact,
  },
  {
    change: "a second statement for the logs of all functions",
    edit: role(getOrder, (statements) => {
      statements.push({
        ...action(statements, "logs:PutLogEvents"),
        Resource: ["arn:aws:logs:*:*:log-group:x"],
      });
    }),
    breaks: exact,
  },
  {
    change: "place-order puts products too",
    edit: role(placeOrder, withKeys("dynamodb:PutItem", "ORDER#*", "PRODUCT#*")),
    breaks: owners,
  },
  {
    change: "the prefix of products' keys is cut short",
    edit: role(placeOrder, withKeys("dynamodb:PutItem", "*#*")),
    breaks: owners,
  },
  {
    change: "the prefix of orders' keys is mistyped",
    edit: role("OrdersCancelOrderRole", withKeys("dynamodb:PutItem", "ORD#*")),
    breaks: exact,
  },
  {
    change: "an adjustment rewrites reservations",
    edit: role("InventoryAdjustStockRole", withKeys("dynamodb:PutItem", "ADJ#*", "RES#*")),
    breaks: exact,
  },
  {
    change: "the sweep of reservations moves stock",
    edit: role("InventorySignalExpiryRole", withKeys("dynamodb:PutItem", "RES#*", "SKU#*")),
    breaks: owners,
  },
  {
    change: "a write without the condition on its keys",
    edit: role("OrdersTrackOrderRole", withoutCondition("dynamodb:PutItem")),
    breaks: owners,
  },
  {
    change: "a read without the condition on its keys",
    edit: role(getOrder, withoutCondition("dynamodb:GetItem")),
    breaks: keys,
  },
  {
    change: "an operation without keys passes the condition on keys",
    edit: role(getOrder, (statements) => action(statements, "dynamodb:GetItem").Action.push("dynamodb:Scan")),
    breaks: keys,
  },
  {
    change: "a query of the list without the condition on its partition",
    edit: role("OrdersListOrdersRole", withoutCondition("dynamodb:Query")),
    breaks: keys,
  },
  {
    change: "any of the values is enough, so a batch may mix kinds",
    edit: role("OrdersListOrdersRole", (statements) => {
      const batch = action(statements, "dynamodb:BatchGetItem");
      batch.Condition = { "ForAnyValue:StringLike": batch.Condition["ForAllValues:StringLike"] };
    }),
    breaks: keys,
  },
  {
    change: "the key opens whatever it encrypted",
    edit: role(roleOf, withoutCondition("kms:Decrypt")),
    breaks: decrypts,
  },
  {
    change: "the key opens another function's variables",
    edit: role(roleOf, (statements) => {
      const condition = action(statements, "kms:Decrypt").Condition.StringLike;
      condition[context] = [String(condition[context][0]).replace("capture", "abort")];
    }),
    breaks: decrypts,
  },
  {
    change: "the key opens every function's variables",
    edit: role(roleOf, (statements) => {
      const decrypt = action(statements, "kms:Decrypt");
      const arn = String(decrypt.Condition.StringLike[context][0]);
      decrypt.Condition = { StringLike: { [context]: [arn.replace(/[^:]+$/, "*")] } };
    }),
    breaks: decrypts,
  },
  {
    change: "a function may encrypt with the key",
    edit: role(roleOf, (statements) => {
      action(statements, "kms:Decrypt").Action = ["kms:Decrypt", "kms:Encrypt"];
    }),
    breaks: decrypts,
  },
];
