import { execFile } from "node:child_process";
import { Agent, get } from "node:https";
import { connect } from "node:tls";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DownloadRefused } from "#archive/errors.ts";
import { CookieJar } from "#archive/source/cookie-jar.ts";
import { downloadPolicy, guardedAgent, guardUrl } from "#archive/source/download-guard.ts";
import { openSource } from "#archive/source/open-source.ts";
import { fakeNameLookup, restoreNameLookup } from "#test/support/name-lookup.ts";
import { serveTls, TEST_CERTIFICATE, type TlsServer } from "#test/support/tls-server.ts";

/** Addresses that no video of AKOOL's can lie at, by what they are. */
const INWARD = {
  loopback: ["127.0.0.1", "127.255.255.254", "::1"],
  "this host": ["0.0.0.0", "0.1.2.3", "::"],
  private: ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd00:ec2::254"],
  "link-local": ["169.254.169.254", "169.254.170.2", "fe80::1", "fec0::1"],
  "carrier-grade NAT": ["100.64.0.1", "100.127.255.255"],
  multicast: ["224.0.0.1", "239.255.255.255", "ff02::1"],
  reserved: ["192.0.0.8", "192.0.2.1", "198.18.0.1", "240.0.0.1", "255.255.255.255", "2001:db8::1"],
  "IPv4 inside IPv6": ["::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "::7f00:1"],
  "IPv4 translated": [
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
  ],
  tunnels: ["2002:7f00:1::", "2002:a9fe:a9fe::", "2001:0:7f00:1::"],
  "not given out": ["4000::1", "8000::1", "100:0:0:1::1"],
};
const INWARD_ADDRESSES = Object.entries(INWARD).flatMap(([kind, addresses]) =>
  addresses.map((address) => [address, kind] as const),
);

/** Ways to write loopback or the metadata service in a URL; the URL parser unifies most of them. */
const LITERALS = [
  "127.0.0.1",
  "2130706433",
  "0x7f000001",
  "0x7f.0.0.1",
  "017700000001",
  "0177.0.0.01",
  "127.1",
  "127.0.1",
  "0",
  "0.0.0.0",
  "127.0.0.1.",
  "①②⑦.⓪.⓪.①",
  "2852039166",
  "0xa9fea9fe",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[2002:7f00:1::]",
  "[fe80::1]",
];

const policy = downloadPolicy(
  ".cloudfront.net,.akool.com,127.0.0.1,localhost",
  "https://openapi.akool.com/api/open",
);
const PUBLIC_ADDRESS = "8.8.8.8";

let inner: TlsServer;
beforeEach(async () => {
  inner = await serveTls();
});
afterEach(async () => {
  vi.restoreAllMocks();
  restoreNameLookup();
  await inner.close();
});

function open(address: string) {
  const signal = AbortSignal.timeout(100_000);
  return openSource(address, { policy, cookies: new CookieJar(), signal, idleTimeoutMs: 60_000 });
}

/** Fetches through an agent alone, without the check of the URL before. */
function fetchThrough(agent: Agent, address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = get(address, {
      agent,
      ca: TEST_CERTIFICATE,
      signal: AbortSignal.timeout(100_000),
    });
    sent.on("error", reject);
    sent.on("response", (response) => {
      response.resume();
      resolve(`HTTP ${response.statusCode}`);
    });
  });
}

function agentOf(address: string): Agent {
  const agent = guardedAgent(new URL(address));
  if (!(agent instanceof Agent)) throw new TypeError(`${address} is fetched without TLS`);
  return agent;
}

/** Has every connection to port 443 made to a port where a test can listen, and nothing else. */
function redirectPort443(port: number): void {
  const original = Agent.prototype.createConnection;
  vi.spyOn(Agent.prototype, "createConnection").mockImplementation(function (
    this: Agent,
    options,
    listener,
  ) {
    const listening = options.port === 443 ? { ...options, port } : options;
    return original.call(this, { ...listening, ca: TEST_CERTIFICATE }, listener);
  });
}

function expectNothingArrived(): void {
  expect({ connections: inner.connections(), bytes: inner.bytes() }).toEqual({
    connections: 0,
    bytes: 0,
  });
}

describe("the listener that nobody may reach", () => {
  it("is reached by an agent without the guard, by number and by name", async () => {
    fakeNameLookup(["127.0.0.1"]);

    await expect(fetchThrough(new Agent(), `https://localhost:${inner.port}/`)).resolves.toBe(
      "HTTP 200",
    );

    expect(inner.connections()).toBe(1);
    expect(inner.bytes()).toBeGreaterThan(100);
  });
});

describe("a connection through the guard", () => {
  it.each(INWARD_ADDRESSES)("is not made to a name at %s (%s)", async (address) => {
    fakeNameLookup([address]);
    redirectPort443(inner.port);

    await expect(open("https://d2qf6ukcym4kn9.cloudfront.net/a.mp4")).rejects.toThrow(
      DownloadRefused,
    );

    expectNothingArrived();
  });

  it.each([
    [PUBLIC_ADDRESS, "127.0.0.1"],
    ["127.0.0.1", PUBLIC_ADDRESS],
    ["2606:4700::1", "::7f00:1"],
    [PUBLIC_ADDRESS, "2606:4700::1", "169.254.169.254"],
  ])("is not made to a name at %s and %s: all of them could be tried", async (...addresses) => {
    fakeNameLookup(addresses);
    redirectPort443(inner.port);

    await expect(open("https://x.cloudfront.net/a.mp4")).rejects.toThrow(DownloadRefused);

    expectNothingArrived();
  });

  // The agent takes `::127.0.0.1` for public when it stands in the URL, so the URL's check refuses it.
  it.each(LITERALS.filter((host) => host !== "[::127.0.0.1]"))(
    "is not made to https://%s/, whatever the check of the URL says",
    async (host) => {
      const address = `https://${host}:${inner.port}/`;

      await expect(fetchThrough(agentOf(address), address)).rejects.toThrow("is not allowed");

      expectNothingArrived();
    },
  );

  it("goes to the address that was checked, since the name is resolved only once", async () => {
    const names = fakeNameLookup([PUBLIC_ADDRESS], ["127.0.0.1"]);
    const attempts: string[] = [];
    const original = Agent.prototype.createConnection;
    vi.spyOn(Agent.prototype, "createConnection").mockImplementation(function (
      this: Agent,
      options,
      listener,
    ) {
      // From loopback nothing can leave the machine, so the attempt at 8.8.8.8 fails here.
      const kept = { ...options, port: inner.port, localAddress: "127.0.0.1" };
      const socket = original.call(this, kept, listener);
      socket?.on("connectionAttempt", (address: string) => attempts.push(address));
      return socket;
    });

    await expect(open("https://rebinding.cloudfront.net/a.mp4")).rejects.toThrow("EINVAL");
    expect(names.asked).toEqual(["rebinding.cloudfront.net"]);
    expect(attempts).toEqual([PUBLIC_ADDRESS]);

    await expect(open("https://rebinding.cloudfront.net/a.mp4")).rejects.toThrow(DownloadRefused);
    expect(attempts).toEqual([PUBLIC_ADDRESS]);
    expectNothingArrived();
  });

  it("is reused for the next part of a video, but never for another host", () => {
    const agent = agentOf("https://x.cloudfront.net/");
    const poolOf = (host: string) => agent.getName({ host, port: 443 });

    expect(agent).toMatchObject({ keepAlive: true });
    expect(poolOf("x.cloudfront.net")).not.toBe(poolOf("y.cloudfront.net"));
  });

  it("does not go through a proxy from the environment", async () => {
    const script = `
      const { openSource } = await import("#archive/source/open-source.ts");
      const policy = { allowedHosts: [".cloudfront.net", "localhost"], loopback: false };
      const { CookieJar } = await import("#archive/source/cookie-jar.ts");
      const cookies = new CookieJar();
      const options = { policy, cookies, signal: AbortSignal.timeout(100_000), idleTimeoutMs: 60_000 };
      await openSource("https://localhost/a.mp4", options).catch((error) => console.log(error.name));
    `;
    const proxy = `http://127.0.0.1:${inner.port}`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", script],
      {
        cwd: new URL("../../..", import.meta.url),
        env: {
          NODE_USE_ENV_PROXY: "1",
          HTTPS_PROXY: proxy,
          https_proxy: proxy,
          HTTP_PROXY: proxy,
          ALL_PROXY: proxy,
          NO_PROXY: "",
        },
      },
    );

    expect(stdout.trim()).toBe("DownloadRefused");
    expectNothingArrived();
  });
});

/** A source of AKOOL's, as it seems, that sends on to wherever a test wants. */
async function sentOnTo(location: string): Promise<Error | undefined> {
  const origin = await serveTls((_, response) => {
    response.writeHead(302, { location }).end();
  });
  const original = Agent.prototype.createConnection;
  vi.spyOn(Agent.prototype, "createConnection").mockImplementation(function (
    this: Agent,
    options,
    listener,
  ) {
    if (options.host !== "origin.cloudfront.net") return original.call(this, options, listener);
    return connect({
      host: "127.0.0.1",
      port: origin.port,
      servername: "origin.cloudfront.net",
      ca: TEST_CERTIFICATE,
    });
  });
  try {
    await open("https://origin.cloudfront.net/a.mp4");
    return undefined;
  } catch (error) {
    expect(origin.connections()).toBe(1);
    return error instanceof Error ? error : undefined;
  } finally {
    await origin.close();
  }
}

describe("a redirect of an allowed source", () => {
  it.each([
    ...LITERALS.map((host) => `https://${encodeURI(host)}/latest/meta-data/`),
    "https://[fe80::1%25lo]/",
    "https://169.254.169.254/latest/meta-data/iam/security-credentials/",
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.170.2/v2/credentials",
    "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
    "http://localhost/",
    "http://origin.cloudfront.net/a.mp4",
    "//127.0.0.1/",
    "//0/",
    "\\\\127.0.0.1\\a",
    "https:/\\127.0.0.1/",
    "file:///proc/self/environ",
    "ftp://origin.cloudfront.net/a.mp4",
    "gopher://127.0.0.1:6379/_INFO",
    "data:video/mp4;base64,AAAAGGZ0eXA=",
    "blob:https://origin.cloudfront.net/1",
    "javascript:1",
    "https://origin.cloudfront.net:8443/a.mp4",
    "https://origin.cloudfront.net:22/a.mp4",
    "https://user:secret@origin.cloudfront.net/a.mp4",
  ])("to %s is not followed", async (location) => {
    await expect(sentOnTo(location)).resolves.toBeInstanceOf(DownloadRefused);

    expectNothingArrived();
  });

  it.each(INWARD_ADDRESSES)("to an allowed name at %s (%s) is not followed", async (address) => {
    fakeNameLookup([address]);

    const refusal = await sentOnTo("https://inward.cloudfront.net/a.mp4");

    expect(refusal).toBeInstanceOf(DownloadRefused);
    expectNothingArrived();
  });
});

describe("the check of an address", () => {
  it.each(LITERALS)("refuses the number %s, even if it is configured", (host) => {
    const { hostname } = new URL(`https://${host}/`);
    const trusting = { allowedHosts: [hostname, host], loopback: false };

    expect(() => guardUrl(`https://${host}/a.mp4`, trusting)).toThrow(
      new DownloadRefused("the host is an IP address, not a name"),
    );
  });

  it.each([
    "https://good.cloudfront.net@127.0.0.1/",
    "https://good.cloudfront.net:443@evil.example/a.mp4",
    "https://good.cloudfront.net%40evil.example/",
    "https://evil.example/https://good.cloudfront.net/a.mp4",
    "https://evil.example#.cloudfront.net",
    "https://evil.example?.cloudfront.net",
    "https://evil.example\\.cloudfront.net/",
    "https://evil.example%00.cloudfront.net/",
    "https://evil.example%2f.cloudfront.net/",
    "https://evilcloudfront.net/a.mp4",
    "https://cloudfront.net.evil.example/a.mp4",
    "https://cloudfront.net/a.mp4",
    "https://x.cloudfront.net.evil.example/a.mp4",
    "https://x.cloudfront-net.example/a.mp4",
    // A dot at the end means the same to DNS, but another certificate and another list.
    "https://x.cloudfront.net./a.mp4",
    "https://x.cloudfront.net.:443/a.mp4",
    "https://localhost./a.mp4",
    // Look-alikes: Cyrillic letters and a dotless i, which IDNA turns into other names.
    "https://x.сloudfront.net/a.mp4",
    "https://x.cloudfrоnt.net/a.mp4",
    "https://x.akooI.com/a.mp4",
    "https://x.xn--cloudfrnt-4pf.net/a.mp4",
  ])("refuses the look-alike %s", (address) => {
    expect(() => guardUrl(address, policy)).toThrow(DownloadRefused);
  });

  it.each([
    ["https://X.CloudFront.NET/a.mp4", "x.cloudfront.net"],
    // Full-width letters and the ideographic stop are the same host: IDNA maps them before the check.
    ["https://x.ｃloudfront.net/a.mp4", "x.cloudfront.net"],
    ["https://x。cloudfront。net/a.mp4", "x.cloudfront.net"],
    ["https:\\\\x.cloudfront.net\\a.mp4", "x.cloudfront.net"],
  ])("connects for %s to the very host that was compared: %s", (address, host) => {
    expect(guardUrl(address, policy).hostname).toBe(host);
  });
});
