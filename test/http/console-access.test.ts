import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Access } from "#domain/console-access.ts";
import { consoleAccessOf } from "#http/console-access.ts";
import { ROUTES, type RouteName } from "#http/routes.ts";
import { type Api, openApi } from "./api-harness.ts";

/** What each route does: one that is new has to be thought about here as well. */
const OPERATING: readonly RouteName[] = [
  "submitJob",
  "cancelJob",
  "retryJob",
  "createCharacterSwap",
  "settleCharacterSwap",
  "createImport",
];

describe("the routes", () => {
  it("operate where they change something or may cost money, and read otherwise", () => {
    const operating = Object.entries(ROUTES).filter(([, { access }]) => access === "operate");

    expect(operating.map(([name]) => name).toSorted()).toEqual(OPERATING.toSorted());
  });

  it("read by GET, and by nothing else", () => {
    for (const { method, access } of Object.values(ROUTES)) {
      expect(access === "read").toBe(method === "GET");
    }
  });
});

describe("with the console hosted, the API", () => {
  const ID = "689174694b4dbdd4ab3d28c9";
  let api: Api;
  beforeAll(async () => {
    api = await openApi({
      CONSOLE_API_ID: "console",
      CONSOLE_READ_SCOPE: "archiver/read",
      CONSOLE_OPERATE_SCOPE: "archiver/operate",
      CONSOLE_OPERATOR_GROUP: "operators",
    });
  });
  afterAll(() => api.close());

  const token = (claims: object, apiId = "console") => ({
    context: { apiId, authorizer: { jwt: { claims, scopes: null } } },
  });
  const READER = { sub: "r", scope: "archiver/read archiver/operate" };
  const OPERATOR = { ...READER, sub: "o", "cognito:groups": "[operators]" };
  const filled = (name: RouteName) => {
    const { method, path } = ROUTES[name];
    return `${method} ${path.replace(/\{importId\}/, "00000000-0000-4000-8000-000000000000").replaceAll(/\{\w+\}/g, ID)}`;
  };
  const ofAccess = (access: Access) =>
    Object.entries(ROUTES)
      .filter(([, route]) => route.access === access)
      .map(([name]) => name as RouteName);

  it.each(ofAccess("operate"))("refuses %s to who may only read", async (name) => {
    const answer = await api.call(filled(name), token(READER));

    expect(answer).toMatchObject({
      status: 403,
      headers: { "content-type": "application/problem+json" },
      body: {
        type: "urn:akool-video-archiver:problem:not-permitted",
        detail: "it takes a token with the scope archiver/operate and the group operators",
      },
    });
  });

  it.each(ofAccess("operate"))("lets an operator call %s", async (name) => {
    expect((await api.call(filled(name), token(OPERATOR))).status).not.toBe(403);
  });

  it.each(ofAccess("read"))("lets a reader call %s", async (name) => {
    expect((await api.call(filled(name), token(READER))).status).not.toBe(403);
  });

  it.each([
    ["no scope", { sub: "x" }],
    ["no claims that anybody knows", {}],
    ["the group alone", { "cognito:groups": "[operators]" }],
  ])("shows nothing to a token with %s", async (_, claims) => {
    for (const name of [...ofAccess("read"), ...ofAccess("operate")]) {
      expect((await api.call(filled(name), token(claims))).status, name).toBe(403);
    }
  });

  it("shows nothing to who comes through the console's API without a token", async () => {
    expect((await api.call("GET /jobs", { context: { apiId: "console" } })).status).toBe(403);
  });

  it("leaves callers of the other API as they are", async () => {
    const userArn = "arn:aws:iam::123456789012:user/anna";
    const identity = { apiId: "other", authorizer: { iam: { userArn } } };

    expect((await api.call("POST /jobs", { ...submission(), context: identity })).status).toBe(202);
    expect((await api.call("POST /jobs", { ...submission(), ...token({}, "other") })).status).toBe(
      202,
    );
  });

  let count = 0;
  const submission = () => {
    count += 1;
    return { body: { videoModelId: `console-${String(count).padStart(6, "0")}` } };
  };
});

describe("the rule in the environment", () => {
  it("is none where no console is hosted", () => {
    expect(consoleAccessOf({ CONSOLE_READ_SCOPE: "read" })).toBeUndefined();
  });

  it("that is not whole lets nobody in", () => {
    expect(consoleAccessOf({ CONSOLE_API_ID: "a" })).toMatchObject({
      readScope: "",
      operateScope: "",
    });
  });

  it("needs no group", () => {
    const variables = { CONSOLE_API_ID: "a", CONSOLE_READ_SCOPE: "r", CONSOLE_OPERATE_SCOPE: "o" };

    expect(consoleAccessOf(variables)).toEqual({
      apiId: "a",
      readScope: "r",
      operateScope: "o",
      operatorGroup: undefined,
    });
  });
});
