import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlannedFile, RepositoryFacts } from '@gantry/init'
import * as z from 'zod'
import { runTool } from './run-tool.ts'

/** Runs in the repository, with its ESLint: each file mended as `eslint --fix` would, and what is left. */
const program = `
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
const { ESLint } = createRequire(process.cwd() + '/package.json')('eslint')
const eslint = new ESLint({ fix: true })
const answers = []
for (const { path, text: code } of JSON.parse(await text(process.stdin))) {
  if (await eslint.isPathIgnored(path)) continue
  const [result] = await eslint.lintText(code, { filePath: path })
  if (result === undefined) continue
  const left = result.messages.map(({ ruleId, message, fatal }) => ({ rule: ruleId, message, isFatal: fatal === true }))
  answers.push({ path, text: result.output ?? code, left })
}
process.stdout.write('\\n\\u0001' + JSON.stringify(answers))
`

const Answers = z.array(
  z.object({
    path: z.string(),
    text: z.string(),
    left: z.array(z.object({ rule: z.string().nullable(), message: z.string(), isFatal: z.boolean() })),
  }),
)

/**
 * Files as the repository's own ESLint leaves them, where it is configured and installed. Rules that cannot be kept in
 * generated data are switched off on top of that file, by name; what ESLint cannot even read is a note.
 */
export async function eslintFix(
  top: string,
  facts: RepositoryFacts,
  files: readonly PlannedFile[],
): Promise<{ texts: Map<string, string>; notes: string[] }> {
  const texts = new Map<string, string>()
  if (!(await isUsed(top, facts)) || files.length === 0) return { texts, notes: [] }
  const input = JSON.stringify(files.map(({ path, text }) => ({ path, text })))
  const { out, complaint } = await runTool(process.execPath, ['--input-type=module', '--eval', program], input, top)
  const read = Answers.safeParse(parsed(out.split('\u0001').at(-1) ?? ''))
  if (!read.success) return { texts, notes: [`ESLint was not asked: ${firstLine(complaint)}`] }
  const notes: string[] = []
  for (const { path, text, left } of read.data) {
    const fatal = left.find(({ isFatal }) => isFatal)
    if (fatal !== undefined) {
      notes.push(
        `${path}: ESLint cannot read it (${firstLine(fatal.message)}); add it to its config, or to what it ignores`,
      )
      continue
    }
    const rules = [...new Set(left.flatMap(({ rule }) => rule ?? []))]
    const isCode = path.endsWith('.ts')
    if (rules.length > 0 && !isCode) notes.push(`${path}: ESLint says ${firstLine(left[0]?.message ?? '')}`)
    texts.set(path, rules.length > 0 && isCode ? `/* eslint-disable ${rules.join(', ')} */\n${text}` : text)
  }
  return { texts, notes }
}

const configs = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].map(ending => `eslint.config.${ending}`)

async function isUsed(top: string, facts: RepositoryFacts): Promise<boolean> {
  if (facts.base !== '' || !facts.root.dependencies.has('eslint') || !configs.some(path => facts.has(path)))
    return false
  return access(join(top, 'node_modules/eslint/package.json')).then(
    () => true,
    () => false,
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // ESLint ended before it answered: what it complained about says why.
    return null
  }
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? ''
