import { MetadataValue, pipesMetadataValue } from "@dagsterpipes/pipes";

/**
 * Objects that say something else each time they are looked at: nobody can tell what should have
 * been written.
 */
const UNSTABLE = new WeakSet<object>();

export function isUnstable(value: object): boolean {
  return UNSTABLE.has(value);
}

/** What the source text of a generated argument may use besides JavaScript's own globals. */
const SCOPE = {
  MetadataValue,
  pipesMetadataValue,
  /** A leaf under so many arrays or objects. */
  nested(depth: number, kind: "array" | "object" | "map"): unknown {
    let value: unknown = 1;
    for (let i = 0; i < depth; i++) {
      value = kind === "array"
        ? [value]
        : kind === "object"
        ? { a: value }
        : new Map([["a", value]]);
    }
    return value;
  },
  circular(kind: "array" | "object" | "map" | "set" | "toJSON"): unknown {
    const array: unknown[] = [1];
    array.push(array);
    if (kind === "array") return array;
    const object: Record<string, unknown> = {};
    if (kind === "object") return Object.assign(object, { a: [object] });
    if (kind === "toJSON") {
      return Object.assign(object, { toJSON: () => [object] });
    }
    if (kind === "set") {
      const set = new Set<unknown>();
      return set.add([set]);
    }
    const map = new Map<string, unknown>();
    return map.set("a", map);
  },
  throwing(kind: "getter" | "keys" | "get" | "prototype" | "revoked"): unknown {
    const fail = (): never => {
      throw new RangeError("not to be looked at");
    };
    switch (kind) {
      case "getter":
        return Object.defineProperty({}, "a", { get: fail, enumerable: true });
      case "keys":
        return new Proxy({ a: 1 }, { ownKeys: fail });
      case "get":
        return new Proxy([1], { get: fail });
      case "prototype":
        return new Proxy({ a: 1 }, { getPrototypeOf: fail });
      case "revoked": {
        const { proxy, revoke } = Proxy.revocable({ a: 1 }, {});
        revoke();
        return proxy;
      }
    }
  },
  /** Gives one answer after the other to whoever reads one of its fields. */
  flaky(target: object, ...answers: unknown[]): unknown {
    let reads = 0;
    const proxy = new Proxy(target, {
      get: (object, key, receiver) =>
        typeof key === "string" && Object.hasOwn(object, key)
          ? answers[reads++ % answers.length]
          : Reflect.get(object, key, receiver),
    });
    UNSTABLE.add(proxy);
    return proxy;
  },
};

/**
 * Makes the value that a piece of source text stands for: a new one each time, so that state in it
 * starts anew.
 */
export function evaluate(source: string): unknown {
  return new Function(...Object.keys(SCOPE), `return (${source});`)(...Object.values(SCOPE));
}
