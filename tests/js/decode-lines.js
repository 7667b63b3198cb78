// A helper of tests/unit/test_encoding.py: reads messages of paths as base64, one a line, and answers each
// with a line of JSON: the decoded flights, or {"error": …}. NaN is written as null.
import { createInterface } from "node:readline";
import { decodePaths } from "../../static/flightmap/js/path.js";

const plain = (_key, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = decodePaths(new Uint8Array(Buffer.from(line, "base64")));
  } catch (error) {
    answer = { error: `${error.name}: ${error.message}` };
  }
  process.stdout.write(`${JSON.stringify(answer, plain)}\n`);
}
