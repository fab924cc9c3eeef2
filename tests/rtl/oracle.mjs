// Flips style sheets with npm rtlcss, for tests/rtl.rs to compare with.
//
// Standard input: a JSON object a line, {"css": …, "options": …}. Standard output: for each of them a line, {"css": …},
// or {"error": …} where rtlcss throws or postcss prints other text than it parsed.
//
// rtlcss carries directives that were never closed, and counters, from one sheet to the next. So each sheet gets new
// instances of rtlcss' modules, compiled once; postcss, which carries nothing, is loaded as usual.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { compileFunction } from 'node:vm'

const require = createRequire(import.meta.url)
const postcss = require('postcss')
const sources = new Map()

function load (id, instances) {
  if (!id.startsWith('.')) return require(id)
  const path = require.resolve(`rtlcss/lib/${id.slice(2)}`)
  if (!instances.has(path)) {
    if (!sources.has(path)) {
      const wrapped = compileFunction(readFileSync(path, 'utf8'), ['module', 'exports', 'require'], { filename: path })
      sources.set(path, wrapped)
    }
    const module = { exports: {} }
    instances.set(path, module)
    sources.get(path)(module, module.exports, (id) => load(id, instances))
  }
  return instances.get(path).exports
}

for await (const line of createInterface({ input: process.stdin })) {
  const { css, options } = JSON.parse(line)
  let answer
  try {
    if (postcss.parse(css).toString() !== css) throw new Error('postcss does not keep this sheet')
    answer = { css: load('./rtlcss.js', new Map()).process(css, options ?? {}) }
  } catch (error) {
    answer = { error: String(error?.reason ?? error?.message ?? error) }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
