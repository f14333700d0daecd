// Holds the test of Deno's modules against something: here a `node:` module is loaded, by a name
// that no graph shows.
const name = ["node", "fs"].join(":");
const { existsSync } = await import(name);
existsSync("/");
