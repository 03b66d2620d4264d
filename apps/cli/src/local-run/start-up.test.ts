import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** Prints the modules that are loaded: of ours by package and folder, of others by package. */
const hook = `data:text/javascript,${encodeURIComponent(`
import Module, { registerHooks } from 'node:module'
const found = new Set()
const note = url => {
  const other = /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1]
  found.add(other ?? /(?:packages|apps)\\/([^/]+)\\/src(\\/[^/.]+(?=\\/))?/.exec(url)?.slice(1).join(''))
}
registerHooks({ load(url, context, next) { note(url); return next(url, context) } })
process.on('exit', () => console.log([...found].filter(Boolean).sort().join(' ')))`)}`

function loadedBy(...paths: string[]): string[] {
  const imports = paths.map(path => `await import(${JSON.stringify(join(import.meta.dirname, path))})`).join('\n')
  const loaded = execFileSync(process.execPath, ['--import', hook, '--input-type=module', '-e', imports], {
    encoding: 'utf8',
  })
  return loaded.trim().split(' ')
}

/** Each costs time before the first step of every run: what lints, writes or restores, schemas, tables of letters. */
const notNeeded = ['lint', 'init', 'job-cache', 'delivery', 'config', 'zod', 're2js']

it.each(['run', 'ci'])('gantry %s starts without what it may never need', command => {
  const loaded = loadedBy(`../commands/${command}.ts`, './local-run.ts')
  expect(loaded).toContain('runner/run')
  expect(loaded).toContain('yaml')
  expect(loaded.filter(name => notNeeded.some(each => name === each || name.startsWith(`${each}/`)))).toEqual([])
})
