// The customers' keys in DynamoDB pass the suite of the in-memory ones.
import { aTestTable } from "@order-saga/emulator/test-table";
import { createKeyStore } from "@order-saga/messaging/personal-data/dynamodb";
import { keyStoreSuite } from "@order-saga/messaging/personal-data/keys.suite";
import { KEYS_TABLE } from "@order-saga/messaging/personal-data/table";
import { createTableInput } from "@order-saga/messaging/table";

const testTable = aTestTable(createTableInput(KEYS_TABLE, { indexes: {} }));

keyStoreSuite(() => createKeyStore({ client: testTable.client(), tableName: KEYS_TABLE }));
