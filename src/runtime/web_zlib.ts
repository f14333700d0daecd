/** Packs bytes as zlib data, by the web's own means. */
export function pack(bytes: Uint8Array): Promise<Uint8Array> {
  return through(new CompressionStream("deflate"), bytes);
}

/** Unpacks zlib data, by the web's own means. */
export function unpack(bytes: Uint8Array): Promise<Uint8Array> {
  return through(new DecompressionStream("deflate"), bytes);
}

async function through(
  { writable, readable }: {
    readonly writable: WritableStream<BufferSource>;
    readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  },
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const writer = writable.getWriter();
  // A failure of these two comes out of the reading side as well, which is where it is awaited.
  writer.write(bytes as Uint8Array<ArrayBuffer>).catch(() => {});
  writer.close().catch(() => {});
  return new Uint8Array(await new Response(readable).arrayBuffer());
}
