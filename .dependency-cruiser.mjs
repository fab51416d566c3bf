// Who may import whom. `pnpm check` reads it; a rule here is a promise the tree makes.
import { existsSync, readdirSync } from "node:fs";

/** A package with a manifest is a service; a new one is bound to these rules without an edit. */
const services = readdirSync("packages").filter((name) => existsSync(`packages/${name}/src/service.ts`));
const service = `packages/(${services.join("|")})`;
const provider = "^stripe$|node_modules/(stripe|@stripe|braintree|@paypal|@adyen|@mollie|@sendgrid)/";

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: "services-never-import-each-other",
      comment: "Services talk by events. Share a schema in contracts, not code.",
      severity: "error",
      from: { path: `^${service}/src/` },
      to: { path: `^${service}/src/`, pathNot: "^packages/$1/" },
    },
    {
      name: "services-depend-on-the-kit-only",
      comment:
        "A service knows contracts, protocol and messaging; the places it runs in know the service. Another package could hand on a service's code or an SDK.",
      severity: "error",
      from: { path: `^${service}/src/`, pathNot: "\\.test\\.ts$|/testing\\.ts$|\\.suite\\.ts$" },
      to: { path: "^(tools|packages)/", pathNot: "^packages/($1|contracts|protocol|messaging)/" },
    },
    {
      name: "provider-sdk-reached-by-no-rule",
      comment:
        "Not over other files either: a rule that reaches the provider's library cannot be run without it.",
      severity: "error",
      from: { path: `^${service}/src/[^/]+\\.ts$`, pathNot: "\\.test\\.ts$|/testing\\.ts$" },
      to: { path: provider, reachable: true },
    },
    {
      name: "what-ships-imports-no-tests",
      comment: "Tests and their helpers are judged less strictly, so nothing that ships may stand on them.",
      severity: "error",
      from: {
        path: "^(packages|stacks)/",
        pathNot: "\\.test\\.ts$|\\.suite\\.ts$|/testing(/|\\.ts$)|/test/",
      },
      to: { path: "\\.(test|suite)\\.ts$|/testing(/|\\.ts$)|^(packages|stacks)/.*/test/" },
    },
    {
      name: "pure-files-import-no-sdk",
      comment:
        "Files directly in a service's src are rules and use cases: no AWS or vendor SDK, no Node built-in.",
      severity: "error",
      from: { path: `^${service}/src/[^/]+\\.ts$`, pathNot: "\\.test\\.ts$" },
      to: { path: "node_modules/(@aws-sdk|@smithy|stripe)/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "provider-sdk-in-its-adapter",
      comment: "A payment or mail provider's library is known to the port's own folder and nowhere else.",
      severity: "error",
      from: { path: "^(packages|stacks)/", pathNot: "^packages/[^/]+/src/(gateway|mailer)/" },
      to: { path: provider },
    },
    {
      name: "functions-call-no-functions",
      comment: "A function that waits for another pays for both, fails with both, and may call itself.",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "@aws-sdk/client-(lambda|sfn)(/|$)" },
    },
    {
      name: "pure-files-use-no-node-builtin",
      comment: "A rule that reads a file, a clock or a socket is not a rule.",
      severity: "error",
      from: { path: `^${service}/src/[^/]+\\.ts$`, pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "pure-files-reach-no-adapter",
      comment: "Adapters are chosen in functions/; a rule that names one cannot be run without it.",
      severity: "error",
      from: { path: `^${service}/src/[^/]+\\.ts$`, pathNot: "\\.test\\.ts$" },
      to: { path: `^${service}/src/(functions/|[a-z]+/(dynamodb|ses|stripe|stripe-client)\\.ts)` },
    },
    {
      name: "pure-files-read-no-environment",
      comment: "An execution environment is variables, clock and clients; only functions/ may import it.",
      severity: "error",
      from: { path: `^${service}/src/`, pathNot: "/functions/|\\.test\\.ts$" },
      to: { path: "^packages/messaging/src/(lambda|execution-environment)\\.ts$" },
    },
    {
      name: "what-ships-knows-no-tool",
      comment:
        "Tools run, watch and try what ships. A port's own test may run the port's suite over a tool's adapter.",
      severity: "error",
      from: { path: "^(packages|stacks)/", pathNot: "^packages/[^/]+/src/[^/]+/[^/]+\\.test\\.ts$" },
      to: { path: "^tools/" },
    },
    {
      name: "runtime-knows-no-watcher",
      comment: "The runtime tells its observers what happens; the commands put the two together.",
      severity: "error",
      from: { path: "^tools/local/src/", pathNot: "/testing/|\\.test\\.ts$" },
      to: { path: "^tools/(console|invariants|dead-letters|cli)/" },
    },
    {
      name: "contracts-depend-on-nothing-of-ours",
      severity: "error",
      from: { path: "^packages/contracts/src/" },
      to: { path: "^(packages/(?!contracts/)|tools/)" },
    },
    {
      name: "iam-depends-on-nothing-of-ours",
      severity: "error",
      from: { path: "^packages/iam/src/" },
      to: { path: "^(packages/(?!iam/)|tools/)" },
    },
    {
      name: "messaging-knows-contracts-and-iam-only",
      severity: "error",
      from: { path: "^packages/messaging/src/" },
      to: { path: "^(packages/(?!messaging/|contracts/|iam/)|tools/)" },
    },
    {
      name: "protocol-knows-contracts-only",
      severity: "error",
      from: { path: "^packages/protocol/src/" },
      to: { path: "^(packages/(?!protocol/|contracts/)|tools/)" },
    },
    {
      name: "emulator-knows-nothing-of-the-saga",
      comment: "IAM's judgement and the table of currencies are no part of the saga.",
      severity: "error",
      from: { path: "^tools/emulator/" },
      to: {
        path: "^(packages/(?!iam/)|tools/(?!emulator/))",
        pathNot: "^packages/contracts/src/currencies\\.ts$",
      },
    },
    {
      name: "stacks-read-manifests-only",
      comment: "A stack deploys what a manifest says; code of a function reaches it as a file name.",
      severity: "error",
      from: { path: "^stacks/" },
      to: { path: "^packages/", pathNot: "^packages/(contracts|messaging|services)/|/src/service\\.ts$" },
    },
    {
      name: "no-circular",
      comment: "A circle of types counts too: files that need each other are one file, or need a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "not-to-unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^aws-lambda$|^@pulumi/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".js", ".mjs", ".json"],
    },
  },
};
