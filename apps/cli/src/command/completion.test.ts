import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeAdapters } from '@gantry/config'
import { expect, it } from 'vitest'
import { commands } from '../commands/index.ts'
import { tempFolder, typed } from '../testing/test-host.ts'

const script = async (shell: string) => {
  const { code, out } = await typed(['completion', shell])
  expect(code).toBe(0)
  const file = join(tempFolder(), 'gantry')
  writeFileSync(file, out)
  return file
}

it('completes commands, options, what options may be, and every adapter, in bash', async () => {
  const file = await script('bash')
  const asked = (...words: string[]) => {
    const line = words.map(word => `'${word}'`).join(' ')
    const program = `. '${file}'; COMP_WORDS=(gantry ${line}); COMP_CWORD=${words.length}; _gantry; echo "\${COMPREPLY[*]}"`
    return execFileSync('bash', ['-c', program], { encoding: 'utf8' }).trim().split(' ')
  }
  expect(asked('')).toEqual(expect.arrayContaining(Object.keys(commands)))
  expect(asked('appr')).toEqual(['approve'])
  expect(asked('env', '--git')).toEqual(['--github'])
  expect(asked('config', 'words', '')).toEqual(expect.arrayContaining(describeAdapters().map(({ name }) => name)))
  expect(asked('completion', 'z')).toEqual(['zsh'])
})

it.each(['bash', 'zsh', 'fish'])('prints what %s takes, where there is one', async shell => {
  const file = await script(shell)
  const { error, status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' })
  if (!error) expect(stderr).toBe('')
  expect(error ? 0 : status).toBe(0)
})

it('says which shells there are', async () => {
  expect(await typed(['completion', 'csh'])).toMatchObject({ code: 2, err: expect.stringContaining('bash, zsh, fish') })
})
