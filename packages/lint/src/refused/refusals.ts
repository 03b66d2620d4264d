import { GantryError } from '@gantry/core'
import type { Finding, ParsedYaml } from '@gantry/workflow'
import { checkSchema, type Refusal, readAction, readWorkflow } from '@gantry/workflow'
import { isActionPath, type LintFile } from '../tree/lint-file.ts'
import { checkParts } from './check-parts.ts'

/**
 * What GitHub would not take. The reader of what runs here says it best; what it has no use for, such as containers, is
 * held against GitHub's schema. That this machine cannot run a file is no fault of the file.
 */
export function refusals(path: string, text: string, parsed: ParsedYaml, file: LintFile | undefined): Finding[] {
  const read = refusedByReader(path, text, parsed)
  if (file === undefined) return read
  const place = ({ at, message }: Refusal): Finding => ({ ...file.positionOf(at.from), message })
  const anchors = file.missingAnchors.map(at =>
    place({ at, message: 'expected an anchor before this alias, got none' }),
  )
  const readLines = new Set(read.map(({ line }) => line))
  const found = [...read, ...anchors.filter(({ line }) => !readLines.has(line))]
  const lines = new Set(found.map(({ line }) => line))
  // The reader of workflows has held the schema against them already.
  const schema = file.kind === 'action' ? checkSchema(file.root, file.kind) : []
  const others = [...schema, ...checkParts(file)].map(place)
  return [...found, ...others.filter(({ line }) => !lines.has(line))]
}

function refusedByReader(path: string, text: string, parsed: ParsedYaml): Finding[] {
  try {
    if (isActionPath(path)) readAction(path, text, parsed)
    else readWorkflow(path, text, parsed)
    return []
  } catch (error) {
    if (!(error instanceof GantryError)) throw error
    return error.code === 'WORKFLOW_INVALID' ? refusedPlaces(error, path) : []
  }
}

/** A workflow names every place; an action only its first, in front of the message. */
function refusedPlaces(error: GantryError, path: string): Finding[] {
  const { findings } = error.facts
  if (Array.isArray(findings)) return findings as Finding[]
  const [, line = '1', column = '1', message = error.message] =
    /^:(\d+|undefined):(\d+|undefined): (.*)$/s.exec(error.message.slice(path.length)) ?? []
  return [{ line: Number(line) || 1, column: Number(column) || 1, message }]
}
