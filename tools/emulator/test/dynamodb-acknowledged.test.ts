// Every parameter of every DynamoDB operation that is served has its effect, or is refused by name.
import * as dynamodb from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll } from "vitest";
import { type AwsEndpoint, startAwsEndpoint } from "../src/endpoint.ts";
import { clientsOf } from "../src/testing.ts";
import { everyMemberIsHonouredOrRefused } from "./acknowledged.ts";
import { definitionOf, key, n } from "./semantics/tables.ts";

const TableName = "table";
let endpoint: AwsEndpoint;
beforeAll(async () => {
  endpoint = await startAwsEndpoint({ port: 0, directory: undefined });
  await send("CreateTable", definitionOf(TableName));
  await send("DescribeTable", { TableName });
});
afterAll(() => endpoint.stop());

async function send(operation: string, input: object): Promise<unknown> {
  const Command = (dynamodb as unknown as Record<string, new (input: object) => dynamodb.ListTablesCommand>)[
    `${operation}Command`
  ];
  if (!Command) throw new Error(`The client has no ${operation}.`);
  return clientsOf(endpoint).dynamodb.send(new Command(input));
}

const served =
  `BatchGetItem BatchWriteItem CreateTable DeleteItem DeleteTable DescribeContinuousBackups DescribeTable
  DescribeTimeToLive GetItem ListTables ListTagsOfResource PutItem Query Scan TagResource TransactGetItems
  TransactWriteItems UntagResource UpdateItem UpdateTable UpdateTimeToLive`.split(/\s+/);

const of = (operation: string, ...names: string[]) => names.map((name) => `${operation}.${name}`).join(" ");
const both = (name: string, ...operations: string[]) => operations.map((each) => `${each}.${name}`).join(" ");
const parts = ["Put", "Update", "Delete", "ConditionCheck"].map(
  (part) => `TransactWriteItems.TransactItems[].${part}`,
);
const inParts = (...names: string[]) => parts.map((part) => of(part, ...names)).join(" ");
const index = "CreateTable.GlobalSecondaryIndexes[]";
const local = "CreateTable.LocalSecondaryIndexes[]";
const made = "UpdateTable.GlobalSecondaryIndexUpdates[].Create";
const changed = "UpdateTable.GlobalSecondaryIndexUpdates[].Update";

/** Attribute values, and parameters that are refused whatever is in them. */
const whole = [
  ...["GetItem.Key", "DeleteItem.Key", "UpdateItem.Key", "BatchGetItem.RequestItems[].Keys"],
  "BatchWriteItem.RequestItems[][].PutRequest.Item",
  "BatchWriteItem.RequestItems[][].DeleteRequest.Key",
  ...["PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"].map(
    (each) => `${each}.ExpressionAttributeValues`,
  ),
  ...["PutItem.Expected", "UpdateItem.Expected", "DeleteItem.Expected", "UpdateItem.AttributeUpdates"],
  ...["Query.KeyConditions", "Query.QueryFilter", "Scan.ScanFilter"],
  ...["Query.ExclusiveStartKey", "Scan.ExclusiveStartKey", "TransactGetItems.TransactItems[].Get.Key"],
  ...parts.flatMap((part) => [`${part}.Key`, `${part}.Item`, `${part}.ExpressionAttributeValues`]),
  ...["CreateTable.VectorIndexes", "UpdateTable.VectorIndexUpdates", "UpdateTable.ReplicaUpdates"],
  "UpdateTable.GlobalTableWitnessUpdates",
  ...["CreateTable", "UpdateTable", index, made, changed].map((each) => `${each}.OnDemandThroughput`),
];

const honoured = {
  "An item comes back as it was put, whatever the types of its attributes": `PutItem.TableName
    ${of("PutItem.Item", "S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS")}`,
  "What is not there is answered without an item": of("GetItem", "TableName", "Key", "ConsistentRead"),
  "A get answers the attributes it asks for": of(
    "GetItem",
    "ProjectionExpression",
    "ExpressionAttributeNames",
  ),
  "A batch of reads leaves keys unprocessed beyond a megabyte and an item of one partition": of(
    "BatchGetItem.RequestItems[]",
    ...["Keys", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"],
  ),
  "A batch of writes has up to 25, on different items": of(
    "BatchWriteItem.RequestItems[][]",
    ...["PutRequest.Item", "DeleteRequest.Key"],
  ),
  "A put replaces the whole item, and answers the old one if asked": "PutItem.ReturnValues",
  "A put that must be the first is refused the second time, and changes nothing":
    "PutItem.ConditionExpression",
  "A failed condition answers the item if asked, and only then": both(
    "ReturnValuesOnConditionCheckFailure",
    ...["PutItem", "UpdateItem", "DeleteItem"],
  ),
  "A condition of a put and of a deletion has names and values of the request": [
    of("PutItem", "ExpressionAttributeNames", "ExpressionAttributeValues"),
    of("DeleteItem", "ExpressionAttributeNames", "ExpressionAttributeValues"),
  ].join(" "),
  "Deleting what is not there is no error, unless a condition says so": of(
    "DeleteItem",
    ...["TableName", "Key", "ConditionExpression", "ReturnValues"],
  ),
  "Functions and operators of conditions": of(
    "UpdateItem",
    ...["ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"],
  ),
  "An update of what is not there makes it": of("UpdateItem", "TableName", "Key", "UpdateExpression"),
  "An update answers what it is asked for": "UpdateItem.ReturnValues",
  "A query answers in the order of the sort key's numbers, or backwards": of(
    "Query",
    ...["TableName", "KeyConditionExpression", "ScanIndexForward", "ExpressionAttributeValues"],
  ),
  "A page ends at its limit, and the next begins behind its last key": of(
    "Query",
    ...["Limit", "ExclusiveStartKey"],
  ),
  "COUNT answers the number without the items": "Query.Select",
  "An index answers its own attributes and those it includes": of(
    "Query",
    ...["IndexName", "ConsistentRead", "ExpressionAttributeNames"],
  ),
  "A global index cannot be asked for what it does not project": "Query.ProjectionExpression",
  "A filter takes items out of a page after its limit was counted": "Query.FilterExpression",
  "The segments of a scan are together the whole": of(
    "Scan",
    ...["TableName", "Segment", "TotalSegments", "ExclusiveStartKey"],
  ),
  "A scan of an index looks at what the index has": of("Scan", "IndexName", "FilterExpression"),
  "A scan counts, filters, projects and stops as a query does": of(
    "Scan",
    ...["Limit", "Select", "ProjectionExpression", "ConsistentRead"],
    ...["ExpressionAttributeNames", "ExpressionAttributeValues"],
  ),
  "A transaction puts, updates, deletes and checks as one": `${inParts("TableName")}
    TransactWriteItems.TransactItems[].Put.Item
    ${parts
      .slice(1)
      .map((part) => `${part}.Key`)
      .join(" ")} ${parts[1]}.UpdateExpression`,
  "A part of a transaction has a condition, names and values of its own": inParts(
    ...["ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"],
    "ReturnValuesOnConditionCheckFailure",
  ),
  "The same request with the same token has one effect": "TransactWriteItems.ClientRequestToken",
  "Reads of a transaction answer in order, with an empty place for what is not there": of(
    "TransactGetItems.TransactItems[].Get",
    ...["TableName", "Key", "ProjectionExpression", "ExpressionAttributeNames"],
  ),
  "A new table is CREATING, and has no items to read or write yet": [
    of("CreateTable", "TableName", "BillingMode", "AttributeDefinitions[].AttributeName"),
    of("CreateTable", "AttributeDefinitions[].AttributeType"),
    of("CreateTable.KeySchema[]", "AttributeName", "KeyType"),
    of(index, "IndexName", "KeySchema[].AttributeName", "KeySchema[].KeyType"),
    of(index, "Projection.ProjectionType", "Projection.NonKeyAttributes"),
    "DescribeTable.TableName",
  ].join(" "),
  "Tables are listed page by page, those on their way too":
    "ListTables.ExclusiveStartTableName ListTables.Limit",
  "A local index fetches from the table what is asked for and not projected": of(
    local,
    ...["IndexName", "KeySchema[].AttributeName", "KeySchema[].KeyType"],
    ...["Projection.ProjectionType", "Projection.NonKeyAttributes"],
  ),
  "A table that is DELETING is still described and has no items, and then is gone": "DeleteTable.TableName",
  "A table that is UPDATING takes reads and writes, and no other change": [
    of("UpdateTable", "TableName", "BillingMode"),
    both("ProvisionedThroughput.ReadCapacityUnits", "UpdateTable", changed),
    both("ProvisionedThroughput.WriteCapacityUnits", "UpdateTable", changed),
    `${changed}.IndexName`,
  ].join(" "),
  "A table and its indexes have the throughput they were made with": [
    both("ProvisionedThroughput.ReadCapacityUnits", "CreateTable", index, made),
    both("ProvisionedThroughput.WriteCapacityUnits", "CreateTable", index, made),
    both("WarmThroughput.ReadUnitsPerSecond", index, made, changed),
    both("WarmThroughput.WriteUnitsPerSecond", index, made, changed),
    "UpdateTable.GlobalSecondaryIndexUpdates[].Delete.IndexName",
  ].join(" "),
  "A new index is CREATING and cannot be read, and then has the items that were there": [
    of("UpdateTable.AttributeDefinitions[]", "AttributeName", "AttributeType"),
    of(made, "IndexName", "KeySchema[].AttributeName", "KeySchema[].KeyType"),
    of(made, "Projection.ProjectionType", "Projection.NonKeyAttributes"),
  ].join(" "),
  "A protected table cannot be deleted until its protection is lifted": both(
    "DeletionProtectionEnabled",
    ...["CreateTable", "UpdateTable"],
  ),
  "A table has the class it was given, and can get the other": both(
    "TableClass",
    ...["CreateTable", "UpdateTable"],
  ),
  "An on-demand table and its indexes are warm for 12,000 reads and 4,000 writes, or for more if asked": [
    both("WarmThroughput.ReadUnitsPerSecond", "CreateTable", "UpdateTable"),
    both("WarmThroughput.WriteUnitsPerSecond", "CreateTable", "UpdateTable"),
  ].join(" "),
  "A table's tags are there from its creation, with keys of 1 to 128 and values of up to 256 characters": [
    of("CreateTable.Tags[]", "Key", "Value"),
    of("TagResource", "ResourceArn", "Tags[].Key", "Tags[].Value"),
    of("UntagResource", "ResourceArn", "TagKeys"),
    "ListTagsOfResource.ResourceArn",
  ].join(" "),
  "A time to live is set on one attribute, and not again within the hour": `UpdateTimeToLive.TableName
    ${of("UpdateTimeToLive.TimeToLiveSpecification", "AttributeName", "Enabled")} DescribeTimeToLive.TableName`,
  "A stream and encryption may be given to say that they are off":
    "CreateTable.StreamSpecification.StreamEnabled CreateTable.SSESpecification.Enabled",
  "Continuous backups are there, and recovery to a point in time is off":
    "DescribeContinuousBackups.TableName",
};

const definition = definitionOf("other");
const [firstIndex] = definition.GlobalSecondaryIndexes ?? [];
const Key = key("a");
const inputs: Record<string, object> = {
  BatchGetItem: { RequestItems: { [TableName]: { Keys: [Key] } } },
  BatchWriteItem: { RequestItems: { [TableName]: [{ PutRequest: { Item: Key } }] } },
  CreateTable: definition,
  DeleteItem: { TableName, Key },
  GetItem: { TableName, Key },
  ListTagsOfResource: { ResourceArn: "arn:aws:dynamodb:eu-west-1:000000000000:table/table" },
  PutItem: { TableName, Item: Key },
  Query: { TableName, KeyConditionExpression: "id = :a", ExpressionAttributeValues: { ":a": { S: "a" } } },
  Scan: { TableName },
  TransactGetItems: { TransactItems: [{ Get: { TableName, Key } }] },
  TransactWriteItems: { TransactItems: [{ Put: { TableName, Item: Key } }] },
  UpdateItem: { TableName, Key },
  UpdateTable: { TableName, BillingMode: "PAY_PER_REQUEST" },
};

/** Each operation with one parameter more than it needs. */
const refusal = (parameter: string, value: unknown, ...operations: string[]) =>
  operations.map((operation) => ({
    members: `${operation}.${parameter}`,
    by: "ValidationException",
    input: { ...inputs[operation], [parameter]: value } as Record<string, unknown>,
  }));
const writes = ["PutItem", "UpdateItem", "DeleteItem"];
const limit = { MaxReadRequestUnits: 1 };
const comparison = { a: { ComparisonOperator: "EQ", AttributeValueList: [n(1)] } };
const [StreamEnabled, Enabled] = [true, true];
const inIndexes = (operation: string, path: string, given: object) => ({
  members: `${path}.OnDemandThroughput`,
  by: "ValidationException",
  input: { ...inputs[operation], ...given } as Record<string, unknown>,
});

everyMemberIsHonouredOrRefused({
  client: dynamodb,
  served,
  named: { "PutItem.Item": ["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"] },
  whole,
  suites: ["dynamodb", "dynamodb-reads", "dynamodb-tables"].map((name) => `semantics/${name}.suite.ts`),
  helpers: ["semantics/tables.ts"],
  honoured,
  refused: [
    ...refusal(
      "ReturnConsumedCapacity",
      "TOTAL",
      ...Object.keys(inputs).filter((each) => !/Table$|Resource$/.test(each)),
    ),
    ...refusal("ReturnItemCollectionMetrics", "SIZE", ...writes, "BatchWriteItem", "TransactWriteItems"),
    ...refusal("AttributesToGet", ["id"], "GetItem", "Query", "Scan"),
    {
      members: "BatchGetItem.RequestItems[].AttributesToGet",
      by: "ValidationException",
      input: { RequestItems: { [TableName]: { Keys: [Key], AttributesToGet: ["id"] } } },
    },
    ...refusal("Expected", { a: { Exists: false } }, ...writes),
    ...refusal("ConditionalOperator", "AND", ...writes, "Query", "Scan"),
    ...refusal("AttributeUpdates", { a: { Action: "PUT", Value: n(1) } }, "UpdateItem"),
    ...refusal("KeyConditions", comparison, "Query"),
    ...refusal("QueryFilter", comparison, "Query"),
    ...refusal("ScanFilter", comparison, "Scan"),
    ...refusal("GlobalTableSettingsReplicationMode", "ENABLED", "CreateTable", "UpdateTable"),
    ...refusal("OnDemandThroughput", limit, "CreateTable", "UpdateTable"),
    ...refusal("GlobalTableSourceArn", "arn:aws:dynamodb:eu-west-1:000000000000:table/a", "CreateTable"),
    ...refusal("ResourcePolicy", "{}", "CreateTable"),
    ...refusal("NextToken", "a", "ListTagsOfResource"),
    ...refusal("VectorIndexes", [], "CreateTable"),
    ...refusal("VectorIndexUpdates", [], "UpdateTable"),
    ...refusal("ReplicaUpdates", [], "UpdateTable"),
    ...refusal("GlobalTableWitnessUpdates", [], "UpdateTable"),
    ...refusal("MultiRegionConsistency", "STRONG", "UpdateTable"),
    ...refusal("DisassociationProtectionEnabled", true, "UpdateTable"),
    ...["CreateTable", "UpdateTable"].flatMap((operation) => [
      ...refusal("StreamSpecification", { StreamEnabled, StreamViewType: "NEW_IMAGE" }, operation).map(
        (each) => ({
          ...each,
          members: `${each.members}.StreamViewType${operation === "UpdateTable" ? ` ${each.members}.StreamEnabled` : ""}`,
        }),
      ),
      ...refusal("SSESpecification", { Enabled, SSEType: "KMS", KMSMasterKeyId: "a" }, operation).map(
        (each) => ({
          ...each,
          members: `${of(each.members, "SSEType", "KMSMasterKeyId")}${operation === "UpdateTable" ? ` ${each.members}.Enabled` : ""}`,
        }),
      ),
    ]),
    inIndexes("CreateTable", index, {
      GlobalSecondaryIndexes: [{ ...firstIndex, OnDemandThroughput: limit }],
    }),
    inIndexes("UpdateTable", made, {
      GlobalSecondaryIndexUpdates: [
        { Create: { ...firstIndex, IndexName: "another", OnDemandThroughput: limit } },
      ],
    }),
    inIndexes("UpdateTable", changed, {
      GlobalSecondaryIndexUpdates: [{ Update: { IndexName: "byOpen", OnDemandThroughput: limit } }],
    }),
  ],
  send,
});
