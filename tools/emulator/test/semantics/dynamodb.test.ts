// DynamoDB as AWS documents it, on the emulator.
import { onAnEndpoint } from "./behaviour.ts";
import "./dynamodb.suite.ts";

onAnEndpoint();
