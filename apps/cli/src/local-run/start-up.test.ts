import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** Prints the packages of ours that the modules it loads are of. */
const hook = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module'
const packages = new Set()
registerHooks({ load(url, context, next) { packages.add(/packages\\/([^/]+)\\/src/.exec(url)?.[1]); return next(url, context) } })
process.on('exit', () => console.log([...packages].filter(Boolean).sort().join(' ')))`)}`

it('gantry run starts without what lints, writes or restores, for each costs it time', () => {
  const modules = ['../commands/run.ts', './local-run.ts'].map(path => join(import.meta.dirname, path))
  const imports = modules.map(path => `await import(${JSON.stringify(path)})`).join('\n')
  const loaded = execFileSync(process.execPath, ['--import', hook, '--input-type=module', '-e', imports], {
    encoding: 'utf8',
  })
  const packages = loaded.trim().split(' ')
  expect(packages).toContain('runner')
  for (const name of ['lint', 'init', 'job-cache', 'delivery']) expect(packages).not.toContain(name)
})
