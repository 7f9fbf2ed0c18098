import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Where a TCP server listens. `loopback` is false for one that other machines reach. */
export interface Listener {
  port: number;
  loopback: boolean;
}

/** Linux alone tells what a process listens on without a tool; elsewhere the tests say that they are skipped. */
export const CAN_LIST_LISTENERS = existsSync("/proc/net/tcp");

const LISTENING = "0A";
const LOOPBACK = new Set(["0100007F", "00000000000000000000000001000000"]);

/** Every TCP server of a process and its children, from the kernel: nothing has to be declared. */
export function listenersOf(pid: number): Listener[] {
  const inodes = new Set(family(String(pid)).flatMap(socketsOf));
  return ["/proc/net/tcp", "/proc/net/tcp6"]
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, "utf8").trim().split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTENING && inodes.has(fields[9] ?? ""))
    .map(([, local = ""]) => {
      const [address = "", port = ""] = local.split(":");
      return { port: Number.parseInt(port, 16), loopback: LOOPBACK.has(address) };
    });
}

function family(pid: string): string[] {
  const tasks = namesIn(`/proc/${pid}/task`);
  const children = tasks.flatMap((task) =>
    textOf(`/proc/${pid}/task/${task}/children`).split(" ").filter(Boolean),
  );
  return [pid, ...children.flatMap(family)];
}

function socketsOf(pid: string): string[] {
  return namesIn(`/proc/${pid}/fd`).flatMap((fd) => {
    const match = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`));
    return match?.[1] === undefined ? [] : [match[1]];
  });
}

// A process or a descriptor may go while it is looked at.
const namesIn = (path: string) => orElse<string[]>(() => readdirSync(path), []);
const textOf = (path: string) => orElse(() => readFileSync(path, "utf8").trim(), "");
const linkOf = (path: string) => orElse(() => readlinkSync(path), "");

function orElse<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
