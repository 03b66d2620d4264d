import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { preparedBreaks, titleOf } from './prepared-breaks.ts'

test('every prepared break of the sample says what its commit is called, and where it shows', async () => {
  const breaks = await preparedBreaks(join(import.meta.dirname, '../../../../examples/sitebuilder'))
  expect(breaks.map(({ name }) => name)).toEqual([
    'destructive-migration',
    'failing-test',
    'fails-30-percent',
    'leaks-browser-errors',
    'never-healthy',
    'type-error',
  ])
  expect(breaks.filter(({ name, title, shows }) => shows === '' || title === name.replaceAll('-', ' '))).toEqual([])
})

test('a patch without a subject is called by its name', () => {
  expect(titleOf('diff --git a/x b/x\n', 'much-too-rude')).toBe('much too rude')
})

test('each is a change that the sample takes', async () => {
  const sample = join(import.meta.dirname, '../../../../examples/sitebuilder')
  for (const { name } of await preparedBreaks(sample))
    await promisify(execFile)('git', ['apply', '--check', `--directory=examples/sitebuilder`, `breaks/${name}.patch`], {
      cwd: sample,
    })
})
