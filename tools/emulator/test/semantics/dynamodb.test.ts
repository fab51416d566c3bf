// DynamoDB as AWS documents it, on the emulator.
import { onAnEndpoint } from "./behaviour.ts";
import { dynamoDbBehaviours } from "./dynamodb.ts";

onAnEndpoint();
dynamoDbBehaviours();
