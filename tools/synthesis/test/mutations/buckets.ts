// Mistakes in buckets and in the rules of uploads that a promise must name.
import type { Graph, Resource } from "../../src/graph.ts";
import { types } from "../../src/types.ts";
import { inputs, type Mutation, policy, removed, role } from "./edits.ts";

const token = (kind: string) => `aws:s3/bucket${kind}:Bucket${kind}`;

const settings: readonly [kind: string, breaks: string][] = [
  ["Versioning", "a bucket keeps every version"],
  ["ServerSideEncryptionConfiguration", "a bucket is encrypted with the stage's key"],
  ["PublicAccessBlock", "a bucket is closed to the public"],
  ["OwnershipControls", "a bucket is closed to the public"],
  ["Policy", "a bucket's policy allows nothing"],
  ["LifecycleConfiguration", "an upload is deleted after its days"],
  ["Notification", "S3 tells a bucket's uploads to EventBridge"],
  ["CorsConfiguration", "only the storefront's pages may post"],
];

// biome-ignore lint/suspicious/noExplicitAny: inputs are as wide as AWS
const set = (change: string, kind: string, breaks: string, edit: (each: any) => void): Mutation => ({
  change,
  edit: inputs(token(kind), "", edit),
  breaks,
});

const importRule = "inventory-import-stock";
const hears = "a rule of the default bus hears uploads into its own";

/** Edits the pattern of the rule about uploads. */
const pattern = (change: string, edit: (pattern: Resource["inputs"]) => void, breaks = hears): Mutation => ({
  change,
  edit: inputs(types.rule, importRule, (each) => {
    const given = JSON.parse(each.eventPattern);
    edit(given);
    each.eventPattern = JSON.stringify(given);
  }),
  breaks,
});

const objects = "a function's role is the grants of its manifest";
const decrypts = "a function decrypts its own variables and its bucket's objects";

export const bucketMutations: readonly Mutation[] = [
  ...settings.map(([kind, breaks]) => ({
    change: `a bucket loses its ${kind}`,
    edit: removed(token(kind)),
    breaks,
  })),
  { change: "the bucket is removed", edit: removed(types.bucket), breaks: "a bucket keeps every version" },
  {
    change: "a bucket of no manifest",
    edit: (graph: Graph) => {
      const found = graph.resources.find(({ type }) => type === types.bucket);
      if (found) graph.resources.push({ ...found, name: "Other", inputs: { bucket: "other" } });
    },
    breaks: "there is a bucket for each that a manifest names",
  },
  set("versions are suspended", "Versioning", "a bucket keeps every version", (each) => {
    each.versioningConfiguration.status = "Suspended";
  }),
  set(
    "objects are encrypted with S3's key",
    "ServerSideEncryptionConfiguration",
    "a bucket is encrypted",
    (each) => {
      each.rules[0].applyServerSideEncryptionByDefault = { sseAlgorithm: "AES256" };
    },
  ),
  set(
    "objects are encrypted with AWS's own KMS key",
    "ServerSideEncryptionConfiguration",
    "a bucket is encrypted",
    (each) => {
      delete each.rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId;
    },
  ),
  set("a policy may open the bucket", "PublicAccessBlock", "a bucket is closed to the public", (each) => {
    each.blockPublicPolicy = false;
  }),
  set("lists of rights count again", "OwnershipControls", "a bucket is closed to the public", (each) => {
    each.rule.objectOwnership = "ObjectWriter";
  }),
  set(
    "the replaced versions are kept",
    "LifecycleConfiguration",
    "an upload is deleted after its days",
    (each) => {
      delete each.rules[0].noncurrentVersionExpiration;
    },
  ),
  set(
    "only a folder's uploads expire",
    "LifecycleConfiguration",
    "an upload is deleted after its days",
    (each) => {
      each.rules[0].filter = { prefix: "old/" };
    },
  ),
  set("uploads start a function directly", "Notification", "S3 tells a bucket's uploads", (each) => {
    each.lambdaFunctions = [{ lambdaFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:f" }];
  }),
  set("every page may post", "CorsConfiguration", "only the storefront's pages may post", (each) => {
    each.corsRules[0].allowedOrigins = ["*"];
  }),
  {
    change: "everybody may read the bucket",
    edit: policy(token("Policy"), "", "policy", (statements) => {
      statements.push({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" });
    }),
    breaks: "a bucket's policy allows nothing",
  },
  {
    change: "the bucket answers over plain HTTP",
    edit: policy(token("Policy"), "", "policy", (statements) => {
      for (const each of statements) delete each.Condition;
    }),
    breaks: "a bucket's policy allows nothing",
  },
  pattern("uploads into every bucket of the account", (each) => {
    delete each.detail.bucket;
  }),
  pattern("every object of the bucket", (each) => {
    delete each.detail.object;
  }),
  pattern(
    "deletions too",
    (each) => {
      each["detail-type"] = ["Object Created", "Object Deleted"];
    },
    "every rule is on",
  ),
  {
    change: "uploads are awaited on the shop's bus",
    edit: inputs(types.rule, importRule, (each) => {
      each.eventBusName = "order-saga-production-bus";
    }),
    breaks: "every rule is on",
  },
  {
    change: "the import reads every object",
    edit: role("InventoryImportStockRole", (statements) => {
      for (const each of statements)
        if ([each.Action].flat().includes("s3:GetObjectVersion"))
          each.Resource = [each.Resource].flat().map((arn) => String(arn).replace("/feeds/*", "/*"));
    }),
    breaks: objects,
  },
  {
    change: "the key opens every bucket's objects",
    edit: role("InventoryImportStockRole", (statements) => {
      for (const each of statements) if ([each.Action].flat().includes("kms:Decrypt")) delete each.Condition;
    }),
    breaks: decrypts,
  },
  {
    change: "who reads uploads may write them too",
    edit: role("InventoryAuditUploadRole", (statements) => {
      for (const each of statements)
        if ([each.Action].flat().includes("kms:Decrypt"))
          each.Action = ["kms:Decrypt", "kms:GenerateDataKey"];
    }),
    breaks: decrypts,
  },
  {
    change: "a function sends tasks to another's queue",
    edit: role("OrdersSplitBulkRole", (statements) => {
      for (const each of statements)
        if (String(each.Resource).includes("place-child"))
          each.Resource = String(each.Resource).replace("place-child", "track-order");
    }),
    breaks: "a function takes messages from its own queue",
  },
];
