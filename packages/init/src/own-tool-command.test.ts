import { expect, it } from 'vitest'
import { ownToolCommand } from './own-tool-command.ts'

const found = (
  files: Record<string, object | string>,
  dir: string,
  tool: 'Supabase' | 'Prisma' | 'Drizzle' = 'Prisma',
) => {
  const texts = Object.entries(files).map(([path, content]): [string, string] => [
    path,
    typeof content === 'string' ? content : JSON.stringify(content),
  ])
  return ownToolCommand({ texts: new Map(texts) }, { dir, tool })
}

it('is the script of the nearest package that applies them, whatever its name', () => {
  const files = {
    'package.json': { scripts: { deploy: 'pnpm -r build', 'db:up': 'prisma migrate deploy' } },
    'api/package.json': { scripts: { 'db:dev': 'prisma migrate dev', ship: 'dotenv -- prisma migrate deploy' } },
  }
  expect(found(files, 'api/prisma/migrations')).toEqual({ dir: 'api', words: ['pnpm', 'run', 'ship'] })
  expect(found(files, 'web/prisma/migrations')).toEqual({ dir: '.', words: ['pnpm', 'run', 'db:up'] })
})

it("is the tool's own where a package depends on it and no script does it", () => {
  const own = { 'packages/db/package.json': { devDependencies: { 'drizzle-kit': '1' } }, 'package.json': {} }
  expect(found(own, 'packages/db/drizzle', 'Drizzle')).toEqual({
    dir: 'packages/db',
    words: ['pnpm', 'exec', 'drizzle-kit', 'migrate'],
  })
  expect(found({ 'package.json': { dependencies: { prisma: '7' } } }, 'prisma/migrations')).toMatchObject({ dir: '.' })
})

it('is a script that calls the migrator of drizzle-orm, and not one that only generates', () => {
  const scripts = { 'db:migrate': 'drizzle-kit generate', migrate: 'tsx ./src/migrate.ts' }
  const migrator = "import { migrate } from 'drizzle-orm/node-postgres/migrator'"
  const files = { 'package.json': { scripts }, 'src/migrate.ts': migrator }
  expect(found(files, 'drizzle', 'Drizzle')).toEqual({ dir: '.', words: ['pnpm', 'run', 'migrate'] })
  expect(found({ ...files, 'src/migrate.ts': 'export {}' }, 'drizzle', 'Drizzle')).toBeNull()
})

it('is none for what Gantry applies itself, or where nothing shows it', () => {
  expect(found({ 'package.json': { devDependencies: { prisma: '7' } } }, 'supabase/migrations', 'Supabase')).toBeNull()
  expect(found({ 'package.json': 'no JSON', 'a/package.json': { scripts: 7 } }, 'a/prisma/migrations')).toBeNull()
})
