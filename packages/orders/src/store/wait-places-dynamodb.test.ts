// The places in DynamoDB pass the shared suite over the wire.
import { aTestTable } from "@order-saga/emulator/test-table";
import { createTableInput } from "@order-saga/messaging/table";
import { orders } from "../service.ts";
import { waitPlacesSuite } from "./wait-places.suite.ts";
import { createWaitPlaces } from "./wait-places-dynamodb.ts";

const tableName = "orders";
const testTable = aTestTable(createTableInput(tableName, orders.table));

waitPlacesSuite(() => createWaitPlaces({ client: testTable.client(), tableName }));
