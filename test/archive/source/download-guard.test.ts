import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DownloadRefused } from "#archive/errors.ts";
import { downloadPolicy, guardUrl } from "#archive/source/download-guard.ts";

const deployed = downloadPolicy(
  ".cloudfront.net, .AKOOL.com,files.example.org,",
  "https://openapi.akool.com/api/open",
);
const local = downloadPolicy(".cloudfront.net", "http://127.0.0.1:8788/api/open");

describe("the download guard", () => {
  it.each([
    "https://d2qf6ukcym4kn9.cloudfront.net/1754363091791-1423.mp4",
    "https://CDN.akool.com/a.m4v",
    "https://files.example.org/a.mp4",
    "https://files.example.org:443/a.mp4",
  ])("lets %s through", (address) => {
    expect(guardUrl(address, deployed).href).toContain("https://");
  });

  it.each([
    ["http://d2qf6ukcym4kn9.cloudfront.net/a.mp4", "http:"],
    ["ftp://d2qf6ukcym4kn9.cloudfront.net/a.mp4", "ftp:"],
    ["file:///etc/passwd", "file:"],
    ["data:video/mp4;base64,AAAA", "data:"],
    ["https://cloudfront.net/a.mp4", "host"],
    ["https://evilcloudfront.net/a.mp4", "host"],
    ["https://x.cloudfront.net.evil.org/a.mp4", "host"],
    ["https://sub.files.example.org/a.mp4", "host"],
    ["https://169.254.169.254/latest/meta-data", "host"],
    ["https://2852039166/", "host"],
    ["https://[::ffff:169.254.169.254]/", "host"],
    ["https://x.cloudfront.net:8443/a.mp4", "port"],
    ["https://user@x.cloudfront.net/a.mp4", "credentials"],
    ["https://user:pass@x.cloudfront.net/a.mp4", "credentials"],
    ["https://:pass@x.cloudfront.net/a.mp4", "credentials"],
    ["http://127.0.0.1/a.mp4", "http:"],
    ["/a.mp4", "not a URL"],
    ["", "not a URL"],
  ])("refuses %s and says why: %s", (address, reason) => {
    expect(() => guardUrl(address, deployed)).toThrow(DownloadRefused);
    expect(() => guardUrl(address, deployed)).toThrow(reason);
  });

  it("fetches from this machine only when AKOOL's own address is a simulator on it", () => {
    expect(guardUrl("http://localhost:9000/a.mp4", local).port).toBe("9000");
    expect(() => guardUrl("http://10.0.0.1/a.mp4", local)).toThrow(DownloadRefused);
    expect(() => guardUrl("https://127.0.0.1/a.mp4", local)).toThrow(DownloadRefused);
  });

  it("resolves the target of a redirect against where it came from, then checks it", () => {
    const from = new URL("https://x.cloudfront.net/a/b.mp4");

    expect(guardUrl("c.mp4", deployed, from).href).toBe("https://x.cloudfront.net/a/c.mp4");
    expect(() => guardUrl("//169.254.169.254/", deployed, from)).toThrow(DownloadRefused);
  });

  it("lets no host through that is not under an allowed suffix, whatever the URL", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (address) => {
        const { hostname } = new URL(address);
        fc.pre(!hostname.endsWith(".cloudfront.net") && !hostname.endsWith(".akool.com"));
        expect(() => guardUrl(address, deployed)).toThrow(DownloadRefused);
      }),
    );
  });
});
