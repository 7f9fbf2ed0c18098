import { describe, expect, it } from "vitest";
import { leadsTo } from "#domain/settings/webhook-address.ts";

const OWN = "https://abc.execute-api.eu-west-1.amazonaws.com/webhooks/akool";

describe("a job's webhook address", () => {
  it.each([
    OWN,
    "HTTPS://ABC.execute-api.eu-west-1.amazonaws.com:443/webhooks/akool",
    `${OWN}?from=akool`,
    `${OWN}#top`,
  ])("leads to this deployment: %s", (told) => {
    expect(leadsTo(OWN, told)).toBe(true);
  });

  it.each([
    "https://your-callback-url.com/webhook",
    OWN.replace("https", "http"),
    `${OWN}/more`,
    OWN.replace("abc", "abd"),
    OWN.replace(".com/", ".com:8443/"),
    OWN.replace(".com/", ".com.example.com/"),
    "",
    "/webhooks/akool",
    undefined,
    null,
    7,
    [OWN],
  ])("leads elsewhere: %s", (told) => {
    expect(leadsTo(OWN, told)).toBe(false);
  });

  it("leads elsewhere where only the port is written into the name", () => {
    const own = "https://archiver.example.com:8443/webhooks/akool";

    expect(leadsTo(own, own)).toBe(true);
    expect(leadsTo(own, own.replace(".com:8443", ".com8443"))).toBe(false);
  });

  it("leads nowhere when no webhook can come here", () => {
    expect(leadsTo(undefined, OWN)).toBe(false);
  });

  it("is the same for both names of this machine", () => {
    const own = "http://127.0.0.1:8787/webhooks/akool";

    expect(leadsTo(own, "http://localhost:8787/webhooks/akool")).toBe(true);
    expect(leadsTo(own, "http://localhost:8788/webhooks/akool")).toBe(false);
  });
});
