// Runs llama.cpp on one thread, a job per line of standard input, and answers each with one line of JSON.
// node llama-cpp.mjs FOLDER MODEL.gguf, where FOLDER is where node-llama-cpp was installed.
//   generate B T  B sequences say T tokens each after the token 1, greedily; the answer is the first one's tokens.
//                 All B are asked for at once, and node-llama-cpp puts their tokens into one llama.cpp batch per step.
//   read N        N tokens are read in one batch, and nothing is said.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [folder, modelPath] = process.argv.slice(2);
const { getLlama } = await import(pathToFileURL(`${folder}/node_modules/node-llama-cpp/dist/index.js`));
const llama = await getLlama({ gpu: false, build: "never", maxThreads: 1, logLevel: "error" });
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ sequences: 32, contextSize: 512, batchSize: 512, threads: 1 });
const sequences = Array.from({ length: 32 }, () => context.getSequence());

async function generate(sequence, count) {
  await sequence.clearHistory();
  const tokens = [];
  for await (const token of sequence.evaluate([1], { temperature: 0, yieldEogToken: true })) {
    tokens.push(token);
    if (tokens.length === count) break;
  }
  return tokens;
}

async function read(count) {
  await sequences[0].clearHistory();
  await sequences[0].evaluateWithoutGeneratingNewTokens(Array(count).fill(1));
  return [];
}

console.log("[]");
for await (const line of createInterface({ input: process.stdin })) {
  const [job, first, second] = line.split(" ");
  const answer =
    job === "read"
      ? await read(Number(first))
      : (await Promise.all(sequences.slice(0, Number(first)).map((one) => generate(one, Number(second)))))[0];
  console.log(JSON.stringify(answer));
}
process.exit(0);
