// The DynamoDB suite on Amazon's own DynamoDB Local, which shows that the suite itself is right.
// CONTRIBUTING says how to get it; it runs wherever Java and the package are there.
import { onAnother } from "./behaviour.ts";
import { start } from "./dynamodb-local.ts";
import "./dynamodb.suite.ts";
import "./dynamodb-reads.suite.ts";
import "./dynamodb-tables.suite.ts";

onAnother({ name: "DynamoDB Local", start });
