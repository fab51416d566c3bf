/// <reference path="./.sst/platform/config.d.ts" />
// What SST deploys: the app, how its stages are protected, and the stacks.

export default $config({
  app(input) {
    const production = input.stage === "production";
    return {
      name: "order-saga",
      home: "aws",
      // `sst remove` keeps production's tables; stacks/queue.ts keeps its queues, which SST would not.
      removal: production ? "retain" : "remove",
      protect: production,
      // The stage's own setting, never the shell's AWS_REGION: another region is another, empty production.
      providers: { aws: { region: (process.env.REGION || "eu-west-1") as aws.Region } },
    };
  },
  async run() {
    // SST allows no imports at the top of this file.
    const { createSystem } = await import("./stacks/system.ts");
    return createSystem();
  },
});
