import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { tempFolder } from '@gantry/runner/testing'
import { expect, it } from 'vitest'
import { Tree } from './tree.ts'

const none: ReadonlySet<string> = new Set()
/** Long enough for a file to count as one that would show a change. */
const agedMs = 80

function folderWith(files: Record<string, string>): string {
  const root = tempFolder()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

it('answers after each change as one that looks for the first time, also within the same tick of a clock', async () => {
  const root = folderWith({ 'a.txt': 'a', 'deep/b.txt': 'b', 'deep/er/c.txt': 'c', 'gone/d.txt': 'd' })
  symlinkSync('a.txt', join(root, 'link'))
  const at = (path: string) => join(root, path)
  const changes: (() => void)[] = [
    () => {},
    () => writeFileSync(at('a.txt'), 'b'),
    () => writeFileSync(at('deep/er/new'), ''),
    () => rmSync(at('deep/er/new')),
    () => renameSync(at('deep/er'), at('deep/other')),
    () => rmSync(at('gone/d.txt')),
    () => {
      rmSync(at('link'))
      symlinkSync('deep', at('link'))
    },
    () => {
      renameSync(at('deep'), at('moved'))
      mkdirSync(at('deep'))
      writeFileSync(at('deep/b.txt'), 'B')
    },
    () => {
      rmSync(at('deep'), { recursive: true })
      writeFileSync(at('deep'), 'now a file')
    },
    () => {
      // Its time put back, as tools do that unpack: what nobody can put back still tells.
      writeFileSync(at('a.txt'), 'c')
      utimesSync(at('a.txt'), 1, 1)
      writeFileSync(at('a.txt'), 'd')
      utimesSync(at('a.txt'), 1, 1)
    },
  ]
  for (const pauseMs of [0, agedMs]) {
    const tree = new Tree(root, '/nowhere')
    for (const change of changes.splice(0, pauseMs === 0 ? 4 : changes.length)) {
      tree.list('.', none)
      if (pauseMs > 0) await setTimeout(pauseMs)
      tree.list('.', none)
      change()
      expect(tree.list('.', none)).toEqual(new Tree(root, '/nowhere').list('.', none))
    }
  }
})
