/**
 * Offline stand-in for `jsr:@std/encoding/hex`: the same code, compiled, from npm.
 *
 * @module
 */
import * as std from "npm:deno-std@1.4.0/encoding/hex.js";

/** Encodes bytes or text (as UTF-8) as hexadecimal digits. */
export const encodeHex: (src: string | Uint8Array | ArrayBuffer) => string = std.encodeHex;

/** Decodes hexadecimal digits. */
export const decodeHex: (src: string) => Uint8Array<ArrayBuffer> = std.decodeHex;
