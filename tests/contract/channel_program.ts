import { PipesDefaultMessageWriter } from "@dagsterpipes/pipes";

// Opens a channel, writes the lines that the test expects, and ends as it is told: closed in order,
// or killed at once.

const [params = "", end = ""] = process.argv.slice(2);
const channel = await new PipesDefaultMessageWriter().open(JSON.parse(params));
channel.writeMessage('{"plain":1}');
channel.writeMessage('{"text":"\u00e9\u{1F600}\u2028"}');
channel.writeMessage(`{"long":"${"x".repeat(50_000)}"}`);
channel.writeMessage('{"last":true}');
if (end === "killed") process.kill(process.pid, "SIGKILL");
else await channel.close();
