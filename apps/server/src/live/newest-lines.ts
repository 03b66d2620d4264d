import type { ServiceLine } from '@gantry/core'

const most = 500
const mostChars = 1_000_000

/** As many of the newest lines as a browser is sent at once; it asks for the others. One line may be long: both are capped. */
export function newestLines(lines: ServiceLine[]): ServiceLine[] {
  let chars = 0
  let from = lines.length
  while (from > 0 && lines.length - from < most) {
    chars += lines[from - 1]?.message.length ?? 0
    if (chars > mostChars) break
    from--
  }
  return lines.slice(from)
}
