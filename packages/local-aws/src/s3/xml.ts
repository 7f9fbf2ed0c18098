const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

const escapes: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text, or elements by name; several of one name are an array, and nothing is left out. */
type XmlContent = string | number | boolean | XmlElements;
export interface XmlElements {
  [name: string]: XmlContent | readonly XmlContent[] | undefined;
}

/** An answer document of S3, in its namespace. */
export function xmlDocument(root: string, elements: XmlElements): string {
  return `${DECLARATION}<${root} xmlns="${NAMESPACE}">${render(elements)}</${root}>`;
}

/** An error document of S3, which has no namespace. */
export function xmlError(code: string, message: string, resource: string, requestId: string) {
  const elements = { Code: code, Message: message, Resource: resource, RequestId: requestId };
  return `${DECLARATION}<Error>${render(elements)}</Error>`;
}

function render(content: XmlContent): string {
  if (typeof content !== "object") {
    return String(content).replace(/[&<>"']/g, (character) => escapes[character] ?? character);
  }
  return Object.entries(content).map(renderNamed).join("");
}

function renderNamed([name, value]: [string, XmlContent | readonly XmlContent[] | undefined]) {
  if (value === undefined) {
    return "";
  }
  const all: readonly XmlContent[] = Array.isArray(value) ? value : [value];
  return all.map((one) => `<${name}>${render(one)}</${name}>`).join("");
}
