import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { projectInConfig } from '../project/project-of-folder.ts'
import { tempFolder, typed } from '../testing/test-host.ts'
import { testServer } from '../testing/test-server.ts'

const config = (project: string) => `import { defineConfig, vercel } from '@gantry/config'
// project: 'in-a-comment'
export default defineConfig({
  services: { web: { path: 'apps/web', deploy: vercel({ project: 'at-vercel' }) } },
  project: '${project}',
})`

/** The project whose monitors a command asks for. */
async function asked(projects: string[], at: { cwd?: string; words?: string[]; env?: Record<string, string> } = {}) {
  const server = await testServer({ 'GET /api/v1/me': () => ({ projects }) })
  server.answer({
    ...Object.fromEntries(
      ['blog', 'shop', 'typo'].map(name => [`GET /api/v1/projects/${name}/monitors`, () => ({ monitors: [] })]),
    ),
  })
  const { GANTRY_PROJECT: _, ...env } = server.env
  const result = await typed(['monitors', ...(at.words ?? [])], {
    env: { ...env, ...at.env },
    ...(at.cwd && { cwd: at.cwd }),
  })
  const path = server.asked.find(one => one.path.endsWith('/monitors'))?.path
  return { ...result, project: path?.split('/')[4] }
}

const folderOf = (project: string) => {
  const folder = tempFolder()
  mkdirSync(join(folder, 'apps/web'), { recursive: true })
  writeFileSync(join(folder, 'gantry.config.ts'), config(project))
  return join(folder, 'apps/web')
}

it('reads the project of a config without running it, and not a setting of the same name further in', () => {
  expect(projectInConfig(config('shop'))).toBe('shop')
  expect(projectInConfig(`export default defineConfig({ project: "a-b" })`)).toBe('a-b')
  expect(projectInConfig('export default defineConfig({ project: name() })')).toBeNull()
  expect(projectInConfig('{ project: `shop` }')).toBeNull()
  expect(projectInConfig('')).toBeNull()
})

it('is about the project named, then of the environment, then of the folder, then the only one', async () => {
  const cwd = folderOf('shop')
  const all = ['blog', 'shop']
  expect((await asked(all, { cwd, words: ['--project', 'typo'] })).project).toBe('typo')
  expect((await asked(all, { cwd, env: { GANTRY_PROJECT: 'blog' } })).project).toBe('blog')
  expect((await asked(all, { cwd })).project).toBe('shop')
  expect((await asked(['blog'], { cwd: tempFolder() })).project).toBe('blog')
})

it('names those there are when it cannot tell which is meant, or how to add the first', async () => {
  const several = await asked(['blog', 'shop'], { cwd: folderOf('elsewhere') })
  expect([several.code, several.project]).toEqual([2, undefined])
  expect(several.err).toContain('blog, shop are kept, and elsewhere, which this folder belongs to, is none of them')
  expect((await asked([])).err).toContain('gantry projects add <name>')
})
