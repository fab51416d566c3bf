// The DynamoDB suite on Amazon's own DynamoDB Local, which shows that the suite itself is right.
// CONTRIBUTING says how to get it; it runs wherever Java and the package are there.
import { onAnother } from "./behaviour.ts";
import { start } from "./dynamodb-local.ts";

onAnother({ name: "DynamoDB Local", start });

// Loaded anew: test files share modules, and a suite's tests belong to the file that loads it.
for (const name of ["dynamodb", "dynamodb-reads", "dynamodb-tables"])
  await import(`./${name}.suite.ts?dynamodb-local`);
