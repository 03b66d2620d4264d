import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { MigrationScript } from '@gantry/migrations'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { MigrationsHere } from './migrations-here.ts'

const run = promisify(execFile)

/** Those of the migrations here that a commit has as well, by the names of their files. @throws CalledWrongly when there is no such commit */
export async function scriptsAt(ref: string, { top, dir, scripts }: MigrationsHere): Promise<MigrationScript[]> {
  const listed = await run('git', ['ls-tree', '-r', '--name-only', '-z', ref, '--', `${dir}/`], { cwd: top }).catch(
    () => {
      throw new CalledWrongly(`expected a branch, tag or commit, got "${ref}"`)
    },
  )
  const paths = listed.stdout.split('\0')
  return scripts.filter(({ version, name }) =>
    paths.some(path => path === `${dir}/${version}_${name}.sql` || path === `${dir}/${version}_${name}/migration.sql`),
  )
}
