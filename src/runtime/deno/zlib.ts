/** Packs bytes as zlib data. Uses web streams: `node:zlib` takes Deno 15 ms to load. */
export function packZlib(bytes: Uint8Array): Promise<Uint8Array> {
  return transform(new CompressionStream("deflate"), bytes);
}

/** Unpacks zlib data. Rejects with a `RangeError` if it unpacks to more than `maxBytes`. */
export function unpackZlib(packed: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return transform(new DecompressionStream("deflate"), packed, maxBytes);
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
