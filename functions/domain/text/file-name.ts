/** Bytes of UTF-8: file systems take 255, and a link with a longer name would not fit through gateways. */
const MAX_BYTES = 180;
/** Longer endings are no extensions. */
const MAX_EXTENSION = 12;

/** Separators of paths, and what programs that know one alphabet only take for them. */
const SEPARATORS = /[/\\\u2044\u2215\u2216\u29f5\u29f8\u29f9\uff0f\uff3c]+/;
/** Control characters, and those that turn the order of what is shown around (`gpj.exe`). */
const UNSEEN = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;
/** Not allowed in names on Windows, quotes among them. */
const NOT_ON_WINDOWS = /[<>:"|?*]/g;
/** Devices on Windows, whatever extension follows. Source: "Naming Files, Paths, and Namespaces". */
const DEVICE =
  /^(?:con|prn|aux|nul|conin\$|conout\$|com[\d\u00b9\u00b2\u00b3]|lpt[\d\u00b9\u00b2\u00b3]) *(?:\.|$)/i;

/**
 * The name under which a file is offered to the person who saves it: a name alone, on every system,
 * and never a path or a device.
 *
 * @param given as AKOOL has it; the record keeps it so
 * @param otherwise the name of a file whose own has nothing that can be offered
 */
export function offeredFileName(given: string, otherwise: string): string {
  const name = given
    .toWellFormed()
    .replace(UNSEEN, "")
    .split(SEPARATORS)
    .map(asPart)
    .filter((part) => part !== "")
    .join("_");
  const short = trimmed(cut(name));
  return short === "" ? otherwise : short.replace(DEVICE, "_$&");
}

function asPart(part: string): string {
  return trimmed(part.replace(NOT_ON_WINDOWS, "_").replace(/\.{2,}/g, "."));
}

/** Dots and blanks at an end mean the directory, hide the file, or are dropped by Windows. */
function trimmed(name: string): string {
  let [start, end] = [0, name.length];
  const isDropped = (at: number) => /[.\s]/.test(name.charAt(at));
  while (start < end && isDropped(start)) start += 1;
  while (end > start && isDropped(end - 1)) end -= 1;
  return name.slice(start, end);
}

/** Cuts the stem between characters, and keeps the extension. */
function cut(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const dot = name.lastIndexOf(".");
  const hasExtension = dot > 0 && name.length - dot <= MAX_EXTENSION;
  const [stem, extension] = hasExtension ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  let room = MAX_BYTES - Buffer.byteLength(extension);
  let kept = "";
  for (const character of stem) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    kept += character;
  }
  return kept + extension;
}
