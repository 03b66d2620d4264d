import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { FoundParts } from './follow-problem.ts'

/** Where a problem is, the file as the repository names it; a file that is not in the workspace is left out. */
export function problemPlace(
  workspace: string,
  { file, fromPath, line, column }: FoundParts,
): { file?: string; line?: number; column?: number } {
  const path = file === undefined || file.trim() === '' ? undefined : fileInRepository(workspace, file, fromPath ?? '')
  return {
    ...(path === undefined ? {} : { file: path }),
    ...(/^\d+$/.test(line ?? '') ? { line: Number(line) } : {}),
    ...(/^\d+$/.test(column ?? '') ? { column: Number(column) } : {}),
  }
}

/** `fromPath` is a file, such as the project file of a compiler, beside which `file` lies. */
function fileInRepository(workspace: string, file: string, fromPath: string): string | undefined {
  const path = resolve(workspace, fromPath === '' ? '' : dirname(fromPath), file)
  if (relative(workspace, path).startsWith('..') || !statSync(path, { throwIfNoEntry: false })?.isFile())
    return undefined
  return relative(repositoryOf(path, workspace), path)
}

/** The checkout it is part of: a workspace may hold several. */
function repositoryOf(path: string, workspace: string): string {
  for (let folder = dirname(path); folder !== workspace; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder
  }
  return workspace
}
