/** Packs bytes as zlib data, by the web's own means. */
export function pack(bytes: Uint8Array): Promise<Uint8Array> {
  return through(new CompressionStream("deflate"), bytes);
}

/** Unpacks zlib data, by the web's own means. A `RangeError` says that there is more than that. */
export function unpack(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  return through(new DecompressionStream("deflate"), bytes, most);
}

async function through(
  { writable, readable }: {
    readonly writable: WritableStream<BufferSource>;
    readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  },
  bytes: Uint8Array,
  most: number = Infinity,
): Promise<Uint8Array> {
  const writer = writable.getWriter();
  // A failure of these two comes out of the reading side as well, which is where it is awaited.
  writer.write(bytes as Uint8Array<ArrayBuffer>).catch(() => {});
  writer.close().catch(() => {});
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const part of readable) {
    length += part.length;
    if (length > most) throw new RangeError(`there are more than ${most} bytes`);
    parts.push(part);
  }
  return await new Blob(parts).bytes();
}
