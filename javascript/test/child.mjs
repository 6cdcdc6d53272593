// Runs one of the programs, hands it commands and returns its answers.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

export async function answersOf(program, args, commands) {
  const lines = await linesOf(program, args, commands.map((command) => JSON.stringify(command)));
  return lines.map((line) => JSON.parse(line));
}

/** The same for programs whose commands and answers are no JSON. */
export async function linesOf(program, args, commands) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "..", program), ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(commands.map((command) => `${command}\n`).join(""));
  const output = await text(child.stdout);
  return output.split("\n").slice(0, -1);
}

/** A folder that goes when the test ends. */
export function temporaryFolder(test) {
  const folder = mkdtempSync(join(tmpdir(), "kyneta-peer-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
