/** Packs bytes as zlib data. Uses web streams: `node:zlib` takes Deno 15 ms to load. */
export function packZlib(bytes: Uint8Array): Promise<Uint8Array> {
  return transform(new CompressionStream("deflate"), bytes);
}

/**
 * Unpacks zlib data. Rejects if it is damaged or incomplete, and with a `RangeError` if it unpacks
 * to more than `maxBytes`.
 */
export async function unpackZlib(packed: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const bytes = await transform(new DecompressionStream("deflate"), packed, maxBytes);
  // Deno accepts data that is cut off.
  if (
    packed.length < 4 ||
    adler32(bytes) !== new DataView(packed.buffer, packed.byteOffset).getUint32(packed.length - 4)
  ) {
    throw new TypeError("the checksum is wrong");
  }
  return bytes;
}

async function transform(
  { writable, readable }: CompressionStream | DecompressionStream,
  bytes: Uint8Array,
  maxBytes: number = Infinity,
): Promise<Uint8Array> {
  const writer = writable.getWriter();
  // The reading side throws the same errors.
  writer.write(new Uint8Array(bytes)).catch(() => {});
  writer.close().catch(() => {});
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of readable) {
    length += chunk.length;
    if (length > maxBytes) throw new RangeError(`there are more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return await new Blob(chunks).bytes();
}

/** Computes the checksum that zlib data ends with (RFC 1950). */
function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}
