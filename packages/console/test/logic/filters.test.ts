import { describe, expect, it } from "vitest";
import { apiFilter, isEmptyView, readView, type View, writeView } from "../../app/logic/filters.ts";

const ADDRESS =
  "?status=failed&tag=team%3Afilm%3A2&product=type8%2Bfrom2&from=2026-01-01&to=2026-01-31";

describe("a view", () => {
  it("is read from its address and written to it", () => {
    const view = readView(new URLSearchParams(ADDRESS));

    expect(view).toEqual({
      status: "failed",
      tag: "team:film:2",
      product: "type8+from2",
      from: "2026-01-01",
      to: "2026-01-31",
    });
    expect(writeView(view)).toBe(ADDRESS);
  });

  it.each([
    "status=gone",
    "status=__proto__",
    "tag=team",
    "tag=:film",
    "from=yesterday",
    "from=2026-13-01",
    "to=2026-01-01T00:00:00Z",
    "other=1",
    "product=",
  ])("leaves out what is no filter: %s", (query) => {
    expect(isEmptyView(readView(new URLSearchParams(query)))).toBe(true);
  });

  it("asks the API for whole days in UTC, the last one included", () => {
    expect(apiFilter(readView(new URLSearchParams(ADDRESS)))).toEqual({
      status: "failed",
      tag: "team:film:2",
      from: "2026-01-01T00:00:00.000Z",
      to: "2026-02-01T00:00:00.000Z",
    });
  });

  it("of everything asks for nothing in particular", () => {
    const view: View = { status: undefined, tag: "", product: undefined };

    expect(writeView(view)).toBe("");
    expect(apiFilter(view)).toEqual({});
  });
});
