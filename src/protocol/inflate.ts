/** Longer data is left to the runtime, whose own code is faster once it is loaded. */
const SHORT = 4096;

const MAX_BITS = 15;

/** The order in which the lengths of the code of code lengths are stored. */
const LENGTHS_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/**
 * Unpacks short zlib data (RFC 1950, 1951), or gives `undefined` where the data is long, or is not
 * whole and sound: the runtime's own code then has the word.
 *
 * The parameters of Dagster are some hundred bytes. Loading what a runtime has for them takes it 3
 * ms and more (Node's streams, Deno's `DecompressionStream`), this half of one.
 */
export function inflateShort(packed: Uint8Array): Uint8Array | undefined {
  if (packed.length < 6 || packed.length > SHORT) return undefined;
  const bytes = new Inflater(packed).inflate();
  return bytes !== undefined && adler32(bytes) === checksumOf(packed) ? bytes : undefined;
}

/** The checksum that zlib data ends with. */
export function checksumOf(packed: Uint8Array): number {
  const { buffer, byteOffset, length } = packed;
  return new DataView(buffer, byteOffset).getUint32(length - 4);
}

/** The checksum of bytes as zlib computes it (RFC 1950). */
export function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let at = 0; at < bytes.length;) {
    // So many bytes that the sums stay below 2^31.
    for (const end = Math.min(bytes.length, at + 2048); at < end; at++) {
      a += bytes[at]!;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return ((b << 16) | a) >>> 0;
}

/** A Huffman code: how many symbols there are of each length, and the symbols in order. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

class Inflater {
  readonly #packed: Uint8Array;
  readonly #out: number[] = [];
  #at = 2;
  #bits = 0;
  #bitCount = 0;

  constructor(packed: Uint8Array) {
    this.#packed = packed;
  }

  inflate(): Uint8Array | undefined {
    for (let isLast = false; !isLast;) {
      isLast = this.#take(1) === 1;
      if (!this.#block(this.#take(2))) return undefined;
    }
    return Uint8Array.from(this.#out);
  }

  #block(type: number): boolean {
    if (type === 0) return this.#stored();
    return type === 1 ? this.#coded(...fixedCodes()) : type === 2 && this.#dynamic();
  }

  #stored(): boolean {
    this.#bitCount = 0;
    const length = this.#take(16);
    if (length !== (~this.#take(16) & 0xffff)) return false;
    if (this.#at + length > this.#packed.length) return false;
    this.#out.push(...this.#packed.subarray(this.#at, this.#at += length));
    return true;
  }

  #dynamic(): boolean {
    const literals = this.#take(5) + 257;
    const distances = this.#take(5) + 1;
    const lengths = new Uint8Array(19);
    const stored = this.#take(4) + 4;
    for (let i = 0; i < stored; i++) lengths[LENGTHS_ORDER[i]!] = this.#take(3);
    const lengthCode = codeOf(lengths);
    const all = new Uint8Array(literals + distances);
    for (let i = 0; i < all.length;) {
      const symbol = this.#symbol(lengthCode);
      if (symbol < 0) return false;
      if (symbol < 16) {
        all[i++] = symbol;
        continue;
      }
      if (symbol === 16 && i === 0) return false;
      const value = symbol === 16 ? all[i - 1]! : 0;
      const times = symbol === 18 ? 11 + this.#take(7) : 3 + this.#take(symbol - 14);
      if (i + times > all.length) return false;
      all.fill(value, i, i += times);
    }
    return this.#coded(codeOf(all.subarray(0, literals)), codeOf(all.subarray(literals)));
  }

  #coded(literals: Code, distances: Code): boolean {
    for (;;) {
      const symbol = this.#symbol(literals);
      if (symbol === 256) return true;
      if (symbol < 0 || symbol > 285) return false;
      if (symbol < 256) {
        this.#out.push(symbol);
        continue;
      }
      const length = symbol === 285 ? 258 : 3 + this.#grown(symbol - 257, 4);
      const distance = 1 + this.#grown(this.#symbol(distances), 2);
      if (distance < 1 || distance > this.#out.length) return false;
      for (let i = 0; i < length; i++) this.#out.push(this.#out[this.#out.length - distance]!);
    }
  }

  /** Lengths grow by four to each further bit that is stored, distances by two. */
  #grown(symbol: number, step: 2 | 4): number {
    if (symbol < 2 * step) return symbol;
    const extra = Math.floor(symbol / step) - 1;
    return ((step + symbol % step) << extra) + this.#take(extra);
  }

  /**
   * Reads a symbol bit by bit: the codes of one length follow each other, and begin where the
   * shorter ones end.
   */
  #symbol({ counts, symbols }: Code): number {
    // Beyond the end come zeros, which some codes read for ever.
    if (this.#at > this.#packed.length) return -1;
    let code = 0;
    let first = 0;
    let index = 0;
    for (let bits = 1; bits <= MAX_BITS; bits++) {
      code |= this.#take(1);
      const count = counts[bits]!;
      if (code - count < first) return symbols[index + (code - first)]!;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return -1;
  }

  #take(count: number): number {
    while (this.#bitCount < count) {
      this.#bits |= (this.#packed[this.#at++] ?? 0) << this.#bitCount;
      this.#bitCount += 8;
    }
    const value = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#bitCount -= count;
    return value;
  }
}

function codeOf(lengths: Uint8Array): Code {
  const counts = new Uint16Array(MAX_BITS + 1);
  for (const length of lengths) counts[length]!++;
  const offsets = new Uint16Array(MAX_BITS + 2);
  for (let bits = 1; bits <= MAX_BITS; bits++) {
    offsets[bits + 1] = offsets[bits]! + counts[bits]!;
  }
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length > 0) symbols[offsets[length]!++] = symbol;
  });
  return { counts, symbols };
}

function fixedCodes(): [Code, Code] {
  const lengths = new Uint8Array(288).fill(8);
  lengths.fill(9, 144, 256).fill(7, 256, 280);
  return [codeOf(lengths), codeOf(new Uint8Array(30).fill(5))];
}
