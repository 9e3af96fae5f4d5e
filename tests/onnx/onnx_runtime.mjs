// Runs models by ONNX Runtime's WebAssembly build, one after another.
//
// Usage: node onnx_runtime.mjs PACKAGES JOBS.json
//   PACKAGES: the folder with node_modules/onnxruntime-web
//   JOBS.json: [{model, inputs: [{name, type, shape, file}], outputs: [name], folder}, ...]
//
// Inputs are the bytes of arrays in C order. Outputs become FOLDER/0, FOLDER/1, ..., and
// FOLDER/outputs.json says what they are.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
};

const [packages, jobs] = process.argv.slice(2);
const entry = createRequire(`${packages}/package.json`).resolve("onnxruntime-web");
const loaded = await import(pathToFileURL(entry));
const ort = loaded.InferenceSession ? loaded : loaded.default;
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

function readTensor({ name, type, shape, file }) {
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  return [name, new ort.Tensor(type, new arrays[type](buffer), shape)];
}

async function run({ model, inputs, outputs, folder }) {
  const session = await ort.InferenceSession.create(readFileSync(model), {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "disabled",
    logSeverityLevel: 3,
  });
  const results = await session.run(Object.fromEntries(inputs.map(readTensor)), outputs);
  const written = outputs.map((name, number) => {
    const { type, dims, data } = results[name];
    writeFileSync(`${folder}/${number}`, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return { name, type, shape: dims };
  });
  writeFileSync(`${folder}/outputs.json`, JSON.stringify(written));
  await session.release();
}

for (const job of JSON.parse(readFileSync(jobs, "utf8"))) {
  try {
    await run(job);
  } catch (error) {
    console.error(`${job.model}: ${error.message}`);
    process.exit(1);
  }
}
