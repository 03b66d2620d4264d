// Run by node as a process of its own: a config is code, and code may loop, exit or print.

import { writeSync } from 'node:fs'
import module, { registerHooks } from 'node:module'

/** Where the answer goes: what the config prints does not get in its way. */
const answerFd = 3
const [configUrl = '', wordsUrl = '', compiled = ''] = process.argv.slice(2)
const words = new Set(['@gantry/config', 'gantry/config'])

if (compiled) module.enableCompileCache?.(compiled)
registerHooks({
  resolve(specifier, context, next) {
    return words.has(specifier) ? { url: wordsUrl, shortCircuit: true } : next(specifier, context)
  },
})

try {
  const exported: { default?: unknown } = await import(configUrl)
  if (exported.default === undefined) answer({ fault: 'expected a default export: export default defineConfig({ … })' })
  else answer({ config: exported.default })
} catch (cause) {
  answer({ fault: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) })
}
process.exit(0)

function answer(value: { config: unknown } | { fault: string }): void {
  writeSync(answerFd, JSON.stringify(value))
}
