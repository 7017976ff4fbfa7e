// Writes what @huggingface/tokenizers makes of the test texts; after make_fixtures.py.
// Install it anywhere (npm install @huggingface/tokenizers) and run, in this folder:
//   TOKENIZERS=/that/folder/node_modules/@huggingface/tokenizers/dist/tokenizers.mjs node make_fixtures.mjs
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const { Tokenizer } = await import(process.env.TOKENIZERS);
const texts = JSON.parse(readFileSync("texts.json", "utf8")).map(({ unit, times }) => unit.repeat(times));
const glosses = readFileSync("glosses.tsv", "utf8")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => line.split("\t")[1]);
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const ascii = (json) => json.replace(/[\u007f-\uffff]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));

for (const name of ["llama3", "smollm", "llama2"]) {
  const tokenizer = new Tokenizer(JSON.parse(readFileSync(`${name}.json`, "utf8")), {});
  const special = JSON.parse(readFileSync(`${name}.json`, "utf8")).added_tokens.filter((t) => t.special);
  const encode = (text) => (text === "" ? [] : tokenizer.encode(text, { add_special_tokens: false }).ids);
  // The reference turns the written form of special tokens into the tokens; the library does not, on purpose.
  const cases = texts.flatMap((text, index) => {
    if (special.some((t) => text.includes(t.content))) {
      return [];
    }
    const ids = encode(text);
    const decoded = ids.length === 0 ? "" : tokenizer.decode(ids, { skip_special_tokens: true, clean_up_tokenization_spaces: false });
    return {
      text: index,
      count: ids.length,
      digest: sha256(ids.join(" ")),
      ...(ids.length <= 100 ? { ids } : {}),
      ...(decoded.length <= 300 ? { decoded } : {}),
    };
  });
  const groups = [];
  for (let i = 0; i < glosses.length; i += 1000) {
    groups.push(sha256(glosses.slice(i, i + 1000).map((text) => encode(text).join(" ") + "\n").join("")));
  }
  writeFileSync(`${name}.expected.json`, ascii(JSON.stringify({ cases, glosses: groups }, null, 0)) + "\n");
}
