import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { labelOf, type MigrationScript } from '@gantry/migrations'
import * as z from 'zod'

export interface SquawkFinding {
  migration: string
  line: number
  rule: string
  message: string
  help: string | null
}

const Found = z.array(
  z.object({
    line: z.number(),
    rule_name: z.string(),
    message: z.string(),
    help: z.string().nullable().optional(),
  }),
)

/**
 * What squawk finds, where the repository has it (npm's `squawk-cli` holds its program); null where it does not.
 * Each script is linted for itself, as it is applied: in a transaction, with a limit on how long it waits for locks.
 */
export async function squawkFindings(
  scripts: readonly MigrationScript[],
  { top, dir }: { top: string; dir: string },
): Promise<SquawkFinding[] | null> {
  const program = programFrom(join(top, dir, 'package.json'))
  if (program === null) return null
  const found = await Promise.all(scripts.map(script => lint(program, script, top)))
  return found.flat()
}

function programFrom(place: string): string | null {
  try {
    return join(dirname(createRequire(place).resolve('squawk-cli/package.json')), 'js/bin/squawk')
  } catch {
    return null
  }
}

async function lint(program: string, script: MigrationScript, cwd: string): Promise<SquawkFinding[]> {
  const said = await outputOf(program, { sql: script.sql, cwd })
  return Found.parse(JSON.parse(said)).map(({ line, rule_name, message, help }) => ({
    ...{ migration: labelOf(script), line: line + 1, rule: rule_name, message, help: help ?? null },
  }))
}

/** It ends with 1 where it finds something. */
function outputOf(program: string, { sql, cwd }: { sql: string; cwd: string }): Promise<string> {
  const limits = ['--exclude', 'require-lock-timeout']
  return new Promise((resolve, reject) => {
    const args = [
      program,
      ...limits,
      '--assume-in-transaction',
      '--reporter',
      'Json',
      '--stdin-filepath',
      'migration.sql',
    ]
    const child = execFile(process.execPath, args, { cwd, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (stdout.trim().startsWith('[')) resolve(stdout)
      else reject(new Error(`squawk failed: ${stderr || error?.message}`))
    })
    child.stdin?.end(sql)
  })
}
