import { GantryError } from '@gantry/core'
import { readWorkflow, type Workflow } from '../packages/workflow/src/index.ts'
import type { SourceFile } from './source-files.ts'

export const isWorkflow = (path: string): boolean => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)
export const isAction = (path: string): boolean => /^\.github\/actions\/.+\/action\.ya?ml$/.test(path)

/** One sentence for each way in which our own workflow files break the rules of docs/guides/pipelines.md. */
export function workflowFaults(files: readonly SourceFile[]): string[] {
  return files.flatMap(file => [
    ...pinFaults(file),
    ...scriptFaults(file),
    ...(isWorkflow(file.path) ? readFaults(file) : []),
  ])
}

/** Gantry's own reader must accept the file: whatever runs on GitHub runs here. */
function readFaults({ path, text }: SourceFile): string[] {
  try {
    return jobFaults(readWorkflow(path, text))
  } catch (cause) {
    if (cause instanceof GantryError) return [cause.message]
    throw cause
  }
}

function jobFaults({ path, permissions, jobs }: Workflow): string[] {
  const unlimited = jobs.filter(({ timeoutMinutes }) => timeoutMinutes === undefined)
  return [
    ...(permissions === undefined ? [`${path}: expected permissions at the top, got none`] : []),
    ...unlimited.map(({ key }) => `${path}: expected job ${key} to have timeout-minutes, got none`),
  ]
}

function pinFaults({ path, text }: SourceFile): string[] {
  const uses = [...text.matchAll(/^\s*(?:- )?uses:\s*(\S+)(.*)$/gm)].filter(
    ([, action = '']) => !action.startsWith('./'),
  )
  return uses
    .filter(([, action = '', rest = '']) => !/@[0-9a-f]{40}$/.test(action) || !/^\s+# v?\d/.test(rest))
    .map(([, action]) => `${path}: expected ${action} to be pinned by commit, with its version as a comment`)
}

/** What outsiders may write into a title, a branch or an input becomes code when it is put into a script. */
function scriptFaults({ path, text }: SourceFile): string[] {
  const lines = text.split('\n')
  return lines.flatMap((line, index) => {
    const isScript = /^\s*(?:- )?run:/.test(line) || isInsideRun(lines, index)
    return isScript && line.includes('${{')
      ? [`${path}:${index + 1}: expected env: to carry this into the script, got \${{ }}`]
      : []
  })
}

function isInsideRun(lines: readonly string[], index: number): boolean {
  const indent = indentOf(lines[index] ?? '')
  const head = lines.slice(0, index).findLast(line => line.trim() !== '' && indentOf(line) < indent)
  return head !== undefined && /^\s*(?:- )?run:\s*[|>]/.test(head)
}

const indentOf = (line: string) => line.length - line.trimStart().length
