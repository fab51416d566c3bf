// Which addresses a webhook may be sent to: public ones, so that no request is forged into a private network.
import { BlockList, isIP } from "node:net";

/** IANA IPv4 Special-Purpose Address Registry, with multicast: no receiver is there. */
const special4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];

/** All public IPv6 of today (IANA IPv6 Address Space); mapped and NAT64 forms of IPv4 lie outside. */
const global6 = "2000::/3";

/** What of it is no receiver's: Teredo and others, documentation, 6to4, AS112. */
const special6 = ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"];

function listOf(subnets: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [net = "", prefix] = subnet.split("/");
    list.addSubnet(net, Number(prefix), family);
  }
  return list;
}

const refused4 = listOf(special4, "ipv4");
const allowed6 = listOf([global6], "ipv6");
const refused6 = listOf(special6, "ipv6");
const loopback4 = listOf(["127.0.0.0/8"], "ipv4");

/** True for an address of a host on the internet; false for what is no address. */
export function isPublic(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !refused4.check(address, "ipv4");
    case 6:
      return allowed6.check(address, "ipv6") && !refused6.check(address, "ipv6");
    default:
      return false;
  }
}

export function isLoopback(address: string): boolean {
  return isIP(address) === 4 ? loopback4.check(address, "ipv4") : address === "::1";
}
