// The list of screens: navigation, shortcuts, palette and router follow from it.
import type { ComponentType } from "preact";
import type { IconName } from "./parts/icons.tsx";
import { AccountsScreen } from "./screens/accounts.tsx";
import { ApiScreen } from "./screens/api.tsx";
import { BulkOrdersScreen } from "./screens/bulk-orders.tsx";
import { EventsScreen } from "./screens/events.tsx";
import { FailuresScreen } from "./screens/failures.tsx";
import { FaultsScreen } from "./screens/faults.tsx";
import { FeedsScreen } from "./screens/feeds.tsx";
import { FlowScreen } from "./screens/flow.tsx";
import { MailScreen } from "./screens/mail.tsx";
import { OrdersScreen } from "./screens/orders.tsx";
import { QueuesScreen } from "./screens/queues.tsx";
import { ShopScreen } from "./screens/shop.tsx";
import { WebhooksScreen } from "./screens/webhooks.tsx";

type ScreenEntry = {
  id: string;
  title: string;
  /** Without what follows it, such as an order's id. */
  path: string;
  /** Opens it after `g`. */
  letter: string;
  icon: IconName;
  component: ComponentType;
};

export const screens: readonly ScreenEntry[] = [
  { id: "flow", title: "Flow", path: "/console/flow", letter: "f", icon: "flow", component: FlowScreen },
  { id: "shop", title: "Shop", path: "/console/shop", letter: "s", icon: "shop", component: ShopScreen },
  {
    id: "orders",
    title: "Orders",
    path: "/console/orders",
    letter: "o",
    icon: "list",
    component: OrdersScreen,
  },
  {
    id: "bulk-orders",
    title: "Bulk orders",
    path: "/console/bulk-orders",
    letter: "b",
    icon: "grid",
    component: BulkOrdersScreen,
  },
  {
    id: "feeds",
    title: "Feeds",
    path: "/console/feeds",
    letter: "t",
    icon: "upload",
    component: FeedsScreen,
  },
  {
    id: "failures",
    title: "Dead letters",
    path: "/console/dead-letters",
    letter: "d",
    icon: "letter",
    component: FailuresScreen,
  },
  {
    id: "queues",
    title: "Queues",
    path: "/console/queues",
    letter: "q",
    icon: "queue",
    component: QueuesScreen,
  },
  {
    id: "events",
    title: "Events",
    path: "/console/events",
    letter: "e",
    icon: "event",
    component: EventsScreen,
  },
  { id: "mail", title: "Mail", path: "/console/mail", letter: "m", icon: "mail", component: MailScreen },
  {
    id: "webhooks",
    title: "Webhooks",
    path: "/console/webhooks",
    letter: "w",
    icon: "told",
    component: WebhooksScreen,
  },
  {
    id: "faults",
    title: "Faults and clock",
    path: "/console/faults",
    letter: "x",
    icon: "fault",
    component: FaultsScreen,
  },
  {
    id: "accounts",
    title: "Accounts",
    path: "/console/accounts",
    letter: "a",
    icon: "book",
    component: AccountsScreen,
  },
  { id: "api", title: "API", path: "/console/api", letter: "p", icon: "api", component: ApiScreen },
];
