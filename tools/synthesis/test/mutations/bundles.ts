// Mistakes in bundles that a promise must name.
import { bundleOf, type Mutation, reaction } from "./edits.ts";

export const bundlesMutations: readonly Mutation[] = [
  {
    change: "a function without a source map",
    edit: (graph) => {
      bundleOf(graph, reaction).sourceMapBytes = 0;
    },
    breaks: "every function is an ES module",
  },
  {
    change: "a function imports another service",
    edit: (graph) => {
      bundleOf(graph, reaction).inputs["packages/orders/src/order.ts"] = 1;
    },
    breaks: "no function carries another service's code",
  },
  {
    change: "a silent function carries a client of the bus",
    edit: (graph) => {
      const { inputs } = bundleOf(graph, "notification-notify-customer");
      inputs["node_modules/.pnpm/x/node_modules/@aws-sdk/client-eventbridge/dist-es/index.js"] = 1;
    },
    breaks: "no function carries a client it does not use",
  },
  {
    change: "a function imports the whole of zod",
    edit: (graph) => {
      bundleOf(graph, reaction).inputs["node_modules/zod/v4/locales/de.js"] = 1;
    },
    breaks: "no function carries translations",
  },
  {
    change: "a function can sign in by SSO",
    edit: (graph) => {
      bundleOf(graph, reaction).inputs["node_modules/@aws-sdk/credential-provider-sso/dist-es/index.js"] = 1;
    },
    breaks: "no function carries translations",
  },
  {
    change: "a function grows",
    edit: (graph) => {
      bundleOf(graph, reaction).gzipBytes *= 2;
    },
    breaks: "every function is within its budget",
  },
];
