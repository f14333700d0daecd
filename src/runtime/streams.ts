import { adler32, checksumOf } from "../protocol/inflate.ts";

/** Packs bytes as zlib data, by the web's own means. */
export function pack(bytes: Uint8Array): Promise<Uint8Array> {
  return through(new CompressionStream("deflate"), bytes);
}

/** Unpacks zlib data, by the web's own means. Rejects where it is not whole and sound. */
export async function unpack(packed: Uint8Array): Promise<Uint8Array> {
  const bytes = await through(new DecompressionStream("deflate"), packed);
  // Deno unpacks what there is of a stream that was cut short, and says nothing.
  if (packed.length < 6 || adler32(bytes) !== checksumOf(packed)) {
    throw new RangeError("The checksum of the zlib data is wrong");
  }
  return bytes;
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
