import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { typed } from '../testing/test-host.ts'
import { commands } from './index.ts'

const root = join(import.meta.dirname, '../../../..')
const pages = ['*.md', 'docs/**/*.md', 'docs/**/*.yml', '.github/**/*.{yml,md}', 'examples/**/*.md'].flatMap(pattern =>
  globSync(pattern, { cwd: root, exclude: name => name.includes('node_modules') }),
)

/** Command lines people would copy: inside of backticks, or alone on a line of a code block or a workflow. */
function documented(): { page: string; line: string }[] {
  return pages.flatMap(page =>
    [
      ...readFileSync(join(root, page), 'utf8').matchAll(
        /(?:`|^\s*(?:\$ |run: )?)(?:pnpm )?gantry ([a-z][^`\n#|>]*)/gm,
      ),
    ].map(([, line = '']) => ({ page, line: line.trim() })),
  )
}

const helps = new Map<string, Promise<string>>()
function helpOf(name: string): Promise<string> {
  const help = helps.get(name) ?? typed([name, '--help']).then(({ out }) => out)
  helps.set(name, help)
  return help
}

it('what documents tell people to type exists, with its flags', async () => {
  const found = documented()
  const wrong: string[] = []
  for (const { page, line } of found) {
    const [name = ''] = line.split(/\s/)
    if (!(name in commands)) wrong.push(`${page}: gantry ${line}: there is no such command`)
    else {
      const help = await helpOf(name)
      const flags = [...line.matchAll(/(?<=\s)--?[a-z][a-z-]*/g)].map(([flag]) => flag)
      for (const flag of flags.filter(each => !new RegExp(`(^|[\\s,])${each}(?![a-z-])`, 'm').test(help)))
        wrong.push(`${page}: gantry ${line}: it has no ${flag}`)
    }
  }
  expect(wrong).toEqual([])
  expect(found.length).toBeGreaterThan(40)
})
