// The behaviours of DynamoDB, on the emulator.
import { onAnEndpoint } from "./behaviour.ts";
import "./dynamodb.suite.ts";
import "./dynamodb-reads.suite.ts";
import "./dynamodb-tables.suite.ts";

onAnEndpoint();
