import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { callerOf } from "#http/caller.ts";

const callerBy = (requestContext: object) =>
  callerOf({ requestContext } as unknown as APIGatewayProxyEventV2);
const bearer = (claims: object) => callerBy({ authorizer: { jwt: { claims, scopes: null } } });

describe("who has sent a request", () => {
  it("is an AWS identity, by its ARN", () => {
    const userArn = "arn:aws:sts::123456789012:assumed-role/Film/anna";

    expect(
      callerBy({ authorizer: { iam: { userArn, accessKey: "AKIA", cognitoIdentity: null } } }),
    ).toEqual({ name: userArn, scopes: [], groups: [] });
  });

  it("is the subject of a token, with its issuer", () => {
    expect(bearer({ iss: "https://login.example.com/", sub: "anna" }).name).toBe(
      "anna https://login.example.com/",
    );
    expect(bearer({ sub: "anna" }).name).toBe("anna");
  });

  it.each([
    [{}],
    [{ authorizer: null }],
    [{ authorizer: { iam: null, jwt: null } }],
    [{ authorizer: { iam: { userArn: null } } }],
    [{ authorizer: { jwt: { claims: {} } } }],
    [{ authorizer: "nonsense" }],
  ])("is nobody who has a name, without rights: %j", (context) => {
    expect(callerBy(context)).toEqual({ name: undefined, scopes: [], groups: [] });
  });
});

describe("what a token grants", () => {
  it.each([
    [{ scope: "archiver/read archiver/operate" }, ["archiver/read", "archiver/operate"]],
    [{ scp: "[read operate]" }, ["read", "operate"]],
    [{ scp: "read" }, ["read"]],
    [{ scope: "" }, []],
    [{ scope: 7 }, []],
  ])("%j are the scopes %j", (claims, scopes) => {
    expect(bearer(claims).scopes).toEqual(scopes);
  });

  it.each([
    [{ "cognito:groups": "[operators film]" }, ["operators", "film"]],
    [{ "cognito:groups": "operators" }, ["operators"]],
    [{ groups: "[a, b]" }, ["a", "b"]],
    [{ "cognito:groups": "[]" }, []],
    // A name that holds a group's is not that group.
    [{ groups: "[not-operators]" }, ["not-operators"]],
  ])("%j are the groups %j", (claims, groups) => {
    expect(bearer(claims).groups).toEqual(groups);
  });
});
