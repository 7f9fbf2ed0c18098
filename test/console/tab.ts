import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { Json } from "../e2e/served.ts";

/** A tab, and what went wrong in it. */
export interface Tab {
  page: Page;
  /** Errors of scripts, and what the policy of the page has refused. */
  complaints: string[];
  /** Requests to other origins. */
  elsewhere: string[];
  goTo(address: string): Promise<void>;
}

/** Where `serve` is reached, as its line says that tells it is ready. */
export interface Ready {
  api: string;
  s3: string;
}

/** Opens a browser of its own, exchanges a token in it, and goes to one of the console's pages. */
export async function openTab(
  browser: Browser,
  { api, s3 }: Ready,
  address: string,
  options: BrowserContextOptions,
): Promise<Tab> {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  const elsewhere: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // A refusal by the API is the page's to show, and the browser's to log.
    const isRefusal = /^Failed to load resource/.test(message.text());
    if (message.type() === "error" && !isRefusal) complaints.push(message.text());
  });
  page.on("request", (request) => {
    const { origin } = new URL(request.url());
    if (origin !== api && origin !== s3 && origin !== "null") elsewhere.push(request.url());
  });
  await page.goto(await freshLink(api));
  await page.getByRole("navigation", { name: "Console" }).waitFor();
  const goTo = async (next: string) => {
    await page.goto(`${api}/${next}`);
  };
  await goTo(address);
  return { page, complaints, elsewhere, goTo };
}

/** As `curl -X POST …/_console/links` gets it. */
export async function freshLink(api: string): Promise<string> {
  const response = await fetch(`${api}/_console/links`, { method: "POST" });
  const { url }: Json = await response.json();
  return url;
}
