import { chmodSync, mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compiledFolder } from './compiled-code.ts'

const caches = () => mkdtempSync(join(tmpdir(), 'gantry-caches-'))

test('compiled code is kept in a folder that nobody else may write to', () => {
  const home = caches()
  const folder = compiledFolder({ XDG_CACHE_HOME: home })
  expect(folder).toBe(join(home, 'gantry/compiled'))
  expect(statSync(folder ?? '').mode & 0o777).toBe(0o700)
})

test.each<[string, (home: string) => void]>([
  ['one that others may write to', home => chmodSync(join(home, 'gantry/compiled'), 0o777)],
  ['one whose parent others may write to', home => chmodSync(join(home, 'gantry'), 0o775)],
])('%s is not used', (_, spoil) => {
  const home = caches()
  compiledFolder({ XDG_CACHE_HOME: home })
  spoil(home)
  expect(compiledFolder({ XDG_CACHE_HOME: home })).toBeNull()
})

test('a link laid down there is not followed', () => {
  const home = caches()
  mkdirSync(join(home, 'gantry'))
  symlinkSync(caches(), join(home, 'gantry/compiled'))
  expect(compiledFolder({ XDG_CACHE_HOME: home })).toBeNull()
})

test('where no folder can be made the command goes without', () => {
  const home = join(caches(), 'file')
  writeFileSync(home, '')
  expect(compiledFolder({ XDG_CACHE_HOME: home })).toBeNull()
})
