/**
 * A text without the characters at either end that match, in time that grows with its length alone.
 *
 * @param unwanted matches one character
 */
export function trimCharacters(text: string, unwanted: RegExp): string {
  let start = 0;
  let end = text.length;
  while (start < end && unwanted.test(text.charAt(start))) start++;
  while (end > start && unwanted.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}
