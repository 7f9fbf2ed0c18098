import type { ApiRoute } from "../template/assembly.ts";

/** A request's route, and the variables in its path, decoded. */
export interface RoutedRequest {
  route: ApiRoute;
  parameters: Readonly<Record<string, string>>;
}

/** Finds the route of a request. @param path as sent, still percent-encoded */
export type RouteTable = (method: string, path: string) => RoutedRequest | undefined;

interface Candidate extends RoutedRequest {
  variables: number;
}

/**
 * A table of routes with literal segments and `{variable}` ones. As in API Gateway a literal match
 * is preferred over a variable one, a variable takes exactly one segment, and a slash at the end
 * makes another path.
 */
export function createRouteTable(routes: readonly ApiRoute[]): RouteTable {
  const templates = routes.map((route) => ({ route, segments: route.path.split("/") }));
  return (method, path) => {
    const sent = path.split("/");
    const [best] = templates
      .filter(({ route }) => route.method === method)
      .map(({ route, segments }) => match(route, segments, sent))
      .filter((candidate) => candidate !== undefined)
      .sort((a, b) => a.variables - b.variables);
    return best && { route: best.route, parameters: best.parameters };
  };
}

function match(
  route: ApiRoute,
  segments: readonly string[],
  sent: readonly string[],
): Candidate | undefined {
  if (segments.length !== sent.length) return undefined;
  const parameters: [string, string][] = [];
  for (const [index, segment] of segments.entries()) {
    const text = decodeLeniently(sent[index] ?? "");
    const variable = /^\{(.+)\}$/.exec(segment)?.[1];
    if (variable === undefined && text !== segment) return undefined;
    if (variable !== undefined && text === "") return undefined;
    if (variable !== undefined) parameters.push([variable, text]);
  }
  return { route, parameters: Object.fromEntries(parameters), variables: parameters.length };
}

/** What cannot be decoded is passed on unchanged; refusing it is up to the function. */
export function decodeLeniently(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
