/**
 * CRC-32 (ISO-HDLC: zip, Ethernet, S3) of bytes that were checked separately. A CRC is a polynomial over
 * GF(2) modulo a fixed one, so that appending n bytes multiplies the first CRC by x^(8n); the method
 * is that of `crc32_combine` in zlib, which Node does not expose.
 */

/** The generator polynomial, its bits reversed: bit 31 is x^0. */
const POLYNOMIAL = 0xedb88320;
const ONE = 0x80000000;
/** x^8: one byte. */
const BYTE = ONE >>> 8;

/**
 * @param first CRC-32 of the leading bytes
 * @param second CRC-32 of the bytes that follow
 * @param secondBytes how many these are
 * @returns the CRC-32 of both, one after the other
 */
export function combineCrc32(first: number, second: number, secondBytes: number): number {
  return (multiply(power(BYTE, secondBytes), first) ^ second) >>> 0;
}

/** As S3 writes it: four bytes, the highest first, in base64. */
export function crc32ToBase64(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString("base64");
}

/** As on the job's record. */
export function storedChecksum(crc: number): string {
  return `crc32:${crc32ToBase64(crc)}`;
}

/** @returns undefined for anything but four bytes in base64 */
export function crc32FromBase64(text: string): number | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.length === 4 ? bytes.readUInt32BE() : undefined;
}

/** By squaring: as many steps as the exponent has bits. The exponent may be beyond 32 bits. */
function power(base: number, exponent: number): number {
  let result = ONE;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

/** a · b modulo the generator, over GF(2). */
function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= shifted;
    shifted = (shifted & 1) === 0 ? shifted >>> 1 : (shifted >>> 1) ^ POLYNOMIAL;
  }
  return product;
}
