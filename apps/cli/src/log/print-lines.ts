import { columnText, fieldsText } from '@gantry/core'
import type { LogLevel, ServiceLine } from '@gantry/core/api'
import type { Output } from '../terminal/output.ts'
import type { Painter, Style } from '../terminal/paint.ts'
import { shown } from '../terminal/table.ts'

/** @param columns fields to show, in that order, with tabs between; null: what a line is as a whole */
export function printLines(lines: readonly ServiceLine[], columns: readonly string[] | null, output: Output): void {
  for (const line of lines) {
    output.json(line)
    output.print(
      columns === null ? lineText(line, output.paint) : columns.map(name => shown(columnText(line, name))).join('\t'),
    )
  }
}

const colours: Record<LogLevel, Style> = {
  trace: 'dim',
  debug: 'dim',
  info: 'cyan',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
}

function lineText(line: ServiceLine, paint: Painter): string {
  const { at, level, service, environment, message } = line
  const head = `${paint.dim(at)} ${paint[colours[level]](level.padEnd(5))} ${environment}/${service}`
  return `${head}  ${shown(message)}  ${paint.dim(shown(fieldsText(line)))}`.trimEnd()
}
