// The protocol that both programs speak: one JSON command a line on standard input, one JSON answer a line on standard
// output, in order. Line ends are found by byte: Node's own line reader also splits at U+2028, which JSON may contain.

const LINE_FEED = 0x0a;

/** Answers every line of standard input with what `handle` returns for it, until the input ends. */
export async function serve(handle) {
  for await (const line of linesOf(process.stdin)) {
    if (line.trim() !== "") {
      await write(await answer(handle, line));
    }
  }
}

async function answer(handle, line) {
  try {
    return { ok: true, ...(await handle(JSON.parse(line))) };
  } catch (error) {
    // SQLite's own code, or the reason for which a format was refused.
    const code = error.code ?? error.reason;
    return { ok: false, error: error.message, ...(code === undefined ? {} : { code }) };
  }
}

function write(value) {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${JSON.stringify(value)}\n`, (error) => (error ? reject(error) : resolve()));
  });
}

async function* linesOf(stream) {
  let pieces = [];
  for await (const chunk of stream) {
    let start = 0;
    for (let end; (end = chunk.indexOf(LINE_FEED, start)) >= 0; start = end + 1) {
      yield Buffer.concat([...pieces, chunk.subarray(start, end)]).toString("utf8");
      pieces = [];
    }
    pieces.push(chunk.subarray(start));
  }
  yield Buffer.concat(pieces).toString("utf8");
}
