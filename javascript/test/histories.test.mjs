import assert from "node:assert/strict";
import { test } from "node:test";
import { loroHistory } from "../loro-history.mjs";
import { yjsHistory } from "../yjs-history.mjs";
import { linesOf } from "./child.mjs";

for (const [type, make] of [["yjs", yjsHistory], ["loro", loroHistory]]) {
  test(`a ${type} history is the same for the same seed, and its updates add up to everything`, () => {
    for (let seed = 0; seed < 20; seed++) {
      const [history, again] = [make(seed), make(seed)];
      assert.deepEqual(again.updates, history.updates);
      assert.deepEqual(again.writers, history.writers);
      for (let writer = -1; writer < history.writers.length; writer++) {
        assert.equal(history.check(writer, history.updates), "same");
      }
      assert.match(history.check(-1, history.updates.slice(0, 1)), /^different: /);
    }
  });
}

test("the program describes a history and checks offers", async () => {
  const [described, ...checks] = await linesOf("histories.mjs", [], ["yjs 7", "check -1", "check 0"]);
  const words = described.split(" ");
  const updates = words.filter((word) => word.startsWith("u:")).map((word) => word.slice(2));
  assert.ok(updates.length > 5);
  assert.equal(words[0], `v:${yjsHistory(7).version}`);
  checks.forEach((answer) => assert.match(answer, /^different: /));
});
